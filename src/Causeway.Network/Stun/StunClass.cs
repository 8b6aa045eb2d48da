namespace Causeway.Network.Stun;

/// <summary>What a STUN message is (RFC 8489 §5).</summary>
public enum StunClass
{
    /// <summary>Asks, and expects an answer.</summary>
    Request,

    /// <summary>Tells, and expects none.</summary>
    Indication,

    /// <summary>Answers a request.</summary>
    Success,

    /// <summary>Refuses a request.</summary>
    Error,
}
