namespace Causeway.Libp2p.Relay.Client;

/// <summary>Why there is no reservation.</summary>
internal enum Refusal
{
    /// <summary>The relay could not be reached, or did not answer properly.</summary>
    Unreachable,

    /// <summary>It has no place now.</summary>
    Refused,

    /// <summary>It will not serve us.</summary>
    Denied,
}
