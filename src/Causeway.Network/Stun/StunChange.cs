namespace Causeway.Network.Stun;

/// <summary>From where the server shall answer (CHANGE-REQUEST, RFC 5780 §7.2).</summary>
[Flags]
public enum StunChange
{
    /// <summary>From where it was asked.</summary>
    None = 0,

    /// <summary>From its other port.</summary>
    Port = 2,

    /// <summary>From its other address.</summary>
    Address = 4,
}
