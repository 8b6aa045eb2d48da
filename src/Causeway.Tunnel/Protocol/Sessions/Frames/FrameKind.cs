namespace Causeway.Tunnel.Protocol.Sessions.Frames;

/// <summary>What an encrypted frame carries: the first byte under the encryption (docs/protocol/tunnel.md §4.1). The values are those on the wire.</summary>
public enum FrameKind : byte
{
    /// <summary>No kind; never on the wire.</summary>
    None = 0,

    /// <summary>An Ethernet frame with complete checksums.</summary>
    Frame = 0x01,

    /// <summary>A virtio-net header and an Ethernet frame that may be a super-segment.</summary>
    OffloadFrame = 0x02,

    /// <summary>The sender's time and roster digest; answered at once.</summary>
    Heartbeat = 0x10,

    /// <summary>The time of the heartbeat that it answers, and the sender's roster digest.</summary>
    HeartbeatAck = 0x11,

    /// <summary>The initiator's half of a fresh key exchange.</summary>
    Rekey = 0x20,

    /// <summary>The responder's half.</summary>
    RekeyAck = 0x21,

    /// <summary>The first frame of the initiator under a new epoch.</summary>
    RekeyDone = 0x22,

    /// <summary>The responder asks the initiator to begin.</summary>
    RekeyRequest = 0x23,

    /// <summary>The IDs of the newest roster entries.</summary>
    RosterHeads = 0x30,

    /// <summary>The IDs of roster entries that the sender lacks.</summary>
    RosterWant = 0x31,

    /// <summary>Roster entries.</summary>
    RosterEntries = 0x32,

    /// <summary>An invited newcomer asks to be put on the roster.</summary>
    Join = 0x33,

    /// <summary>The answer if that cannot be.</summary>
    JoinRefused = 0x34,

    /// <summary>The end of the session.</summary>
    Close = 0x7f,
}
