namespace Causeway.Tunnel.Protocol.Relaying;

/// <summary>The records of the relay link (tunnel protocol §2.1).</summary>
public enum RecordType : byte
{
    /// <summary>No record; never on the wire.</summary>
    None = 0,

    /// <summary>The relay's first words: version, clock, load, nonce and public key.</summary>
    RelayHello = 0x01,

    /// <summary>The member's proof.</summary>
    Auth = 0x02,

    /// <summary>The relay's proof, and what holds for this connection.</summary>
    Welcome = 0x03,

    /// <summary>The relay's last words.</summary>
    Refused = 0x04,

    /// <summary>A payload: names the destination on its way to the relay, the source on its way from it.</summary>
    Data = 0x10,

    /// <summary>A destination does not take what was sent to it.</summary>
    Unreachable = 0x11,

    /// <summary>A member wants nothing from a peer for some time.</summary>
    Block = 0x12,

    /// <summary>A question whether the other side lives.</summary>
    Ping = 0x20,

    /// <summary>Its answer.</summary>
    Pong = 0x21,

    /// <summary>The relay is about to close.</summary>
    Drain = 0x22,
}
