namespace Causeway.Libp2p.Relay.Client;

/// <summary>How we came to think of a peer as a relay; the lower the better.</summary>
internal enum RelayKind
{
    /// <summary>It is listened on by name.</summary>
    Named,

    /// <summary>It is configured.</summary>
    Configured,

    /// <summary>It is connected and says that it relays.</summary>
    Connected,

    /// <summary>Somebody named it.</summary>
    Found,
}
