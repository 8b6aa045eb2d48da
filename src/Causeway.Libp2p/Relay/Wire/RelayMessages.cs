using System.Diagnostics.CodeAnalysis;
using Causeway.Multiformats;
using Google.Protobuf;

namespace Causeway.Libp2p.Relay.Wire;

/// <summary>Makes and reads the parts of hop and stop messages.</summary>
internal static class RelayMessages
{
    public static HopMessage HopStatus(RelayStatus status) => new() { Type = HopMessage.Types.Type.Status, Status = status };

    public static StopMessage StopStatus(RelayStatus status) => new() { Type = StopMessage.Types.Type.Status, Status = status };

    public static PeerMessage Peer(PeerId peer) => new() { Id = ByteString.CopyFrom(peer.Bytes.Span) };

    /// <summary>The peer that a message names.</summary>
    public static bool TryReadPeer(PeerMessage? message, [NotNullWhen(true)] out PeerId? peer)
    {
        peer = null;
        return message is { HasId: true } && PeerId.TryFromBytes(message.Id.Span, out peer);
    }

    /// <summary>What is told of limits; null where there are none. The duration is in seconds, as the spec has it.</summary>
    public static LimitMessage? Limit(CircuitLimit? limit)
    {
        if (limit is null || limit is { Data: 0, Duration.Ticks: 0 }) return null;
        return new LimitMessage { Duration = (uint)Math.Min(Math.Ceiling(limit.Duration.TotalSeconds), uint.MaxValue), Data = (ulong)limit.Data };
    }

    /// <summary>Whether a message says that the relay limits the connection; zeros are no limits.</summary>
    public static bool IsLimit(LimitMessage? limit) => limit is { Duration: > 0 } or { Data: > 0 };
}
