using System.Buffers.Binary;

namespace Causeway.Tunnel.Protocol.Sessions.Frames;

/// <summary>The strict form of each kind's body (docs/protocol/tunnel.md §4.1): what does not fit exactly is refused, by sender and receiver alike.</summary>
public static class FrameBody
{
    /// <summary>The length of a HEARTBEAT or HEARTBEAT_ACK: time ‖ roster digest.</summary>
    public const int HeartbeatSize = 8 + DigestSize;

    /// <summary>The length of a roster digest or entry ID.</summary>
    public const int DigestSize = 32;

    /// <summary>Most entry IDs in ROSTER_HEADS.</summary>
    public const int MaxHeads = 16;

    /// <summary>Most entry IDs in ROSTER_WANT.</summary>
    public const int MaxWanted = 64;

    /// <summary>The longest ROSTER_ENTRIES.</summary>
    public const int MaxEntriesSize = 60_000;

    /// <summary>The longest roster entry (§5.1).</summary>
    public const int MaxEntrySize = 8_192;

    /// <summary>The longest name wish in JOIN.</summary>
    public const int MaxNameSize = 63;

    /// <summary>Whether <paramref name="body"/> may be a body of <paramref name="kind"/> in a session with these parameters. Unknown kinds have none.</summary>
    public static bool IsWellFormed(FrameKind kind, ReadOnlySpan<byte> body, SessionParameters parameters) => kind switch
    {
        FrameKind.Frame => body.Length >= FrameLayout.MinEthernetSize && body.Length <= parameters.Mtu + FrameLayout.EthernetOverhead,
        FrameKind.OffloadFrame => parameters.Offload
            && body.Length is >= FrameLayout.OffloadHeaderSize + FrameLayout.MinEthernetSize and <= FrameLayout.MaxBodySize,
        FrameKind.Heartbeat or FrameKind.HeartbeatAck => body.Length == HeartbeatSize,
        FrameKind.Rekey => body.Length == Rekeying.RekeyLayout.RekeySize,
        FrameKind.RekeyAck => body.Length == Rekeying.RekeyLayout.AckSize,
        FrameKind.RekeyDone or FrameKind.RekeyRequest => body.IsEmpty,
        FrameKind.RosterHeads => IsList(body, 0, MaxHeads),
        FrameKind.RosterWant => IsList(body, 1, MaxWanted),
        FrameKind.RosterEntries => AreEntries(body),
        FrameKind.Join => body.Length >= 1 && body[0] <= MaxNameSize && body.Length == 1 + body[0],
        FrameKind.JoinRefused => body.Length >= 2 && body.Length == 2 + body[1],
        FrameKind.Close => body.Length == 1 && body[0] is >= (byte)CloseReason.ShuttingDown and <= (byte)CloseReason.ProtocolError,
        _ => false,
    };

    private static bool IsList(ReadOnlySpan<byte> body, int least, int most) =>
        body.Length >= 1 && body[0] >= least && body[0] <= most && body.Length == 1 + (body[0] * DigestSize);

    private static bool AreEntries(ReadOnlySpan<byte> body)
    {
        if (body.Length > MaxEntriesSize || body.IsEmpty) return false;
        while (!body.IsEmpty)
        {
            if (body.Length < 2) return false;
            var length = BinaryPrimitives.ReadUInt16BigEndian(body);
            if (length is 0 or > MaxEntrySize || length > body.Length - 2) return false;
            body = body[(2 + length)..];
        }

        return true;
    }
}
