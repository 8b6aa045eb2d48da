namespace Causeway.Libp2p.Relay.Hop;

/// <summary>What came of a request for a reservation.</summary>
internal enum ReservationOutcome
{
    /// <summary>There is one now.</summary>
    Opened,

    /// <summary>The one that was there lasts longer.</summary>
    Renewed,

    /// <summary>All are taken.</summary>
    Full,

    /// <summary>Too many come from one address.</summary>
    AddressFull,

    /// <summary>Too many come from one network.</summary>
    SubnetFull,
}
