namespace Causeway.Tunnel.Protocol.Handshakes.Messages;

/// <summary>Where a candidate address comes from (docs/protocol/tunnel.md §3.1).</summary>
public enum CandidateKind : byte
{
    /// <summary>None; never on the wire.</summary>
    None = 0,

    /// <summary>An address of the machine itself.</summary>
    Host = 1,

    /// <summary>The address that the relay saw.</summary>
    RelayReflexive = 2,

    /// <summary>The address that a STUN server saw.</summary>
    Stun = 3,

    /// <summary>An address that a router maps to the machine.</summary>
    PortMapping = 4,

    /// <summary>An address that the user configured.</summary>
    Configured = 5,
}
