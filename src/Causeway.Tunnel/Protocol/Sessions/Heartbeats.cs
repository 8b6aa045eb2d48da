using System.Buffers.Binary;
using Causeway.Tunnel.Protocol.Sessions.Frames;

namespace Causeway.Tunnel.Protocol.Sessions;

/// <summary>
/// When to send HEARTBEATs, what they measured, and since when nothing was heard (docs/protocol/tunnel.md §4.3). Called under the session's lock, but for
/// <see cref="Hear"/>.
/// </summary>
internal sealed class Heartbeats(TimeProvider time, long interval, int silentIntervals)
{
    // 3 000 years in milliseconds: a peer can say anything.
    private const double MaxDifference = 1e14;

    private readonly byte[] _digest = new byte[FrameBody.DigestSize];
    private long _heard = time.GetTimestamp();
    private long _beatAt = time.GetTimestamp() + interval;
    private ulong _ackTime;
    private ulong _sentTime;
    private long _sentAt;
    private bool _waiting;
    private bool _beat;
    private bool _ack;

    /// <summary>How long the last answered HEARTBEAT took there and back; null before the first.</summary>
    internal TimeSpan? RoundTripTime { get; private set; }

    /// <summary>How far the peer's clock was ahead of ours when its last HEARTBEAT came, its way included; null before the first.</summary>
    internal TimeSpan? ClockDifference { get; private set; }

    /// <summary>Whether <see cref="TryTake"/> has something.</summary>
    internal bool HasControl => _beat || _ack;

    /// <summary>When <see cref="OnTime"/> must be called next.</summary>
    internal long NextDeadline => Math.Min(_beatAt, Volatile.Read(ref _heard) + (interval * silentIntervals));

    /// <summary>What goes out with each; 32 bytes.</summary>
    internal Span<byte> RosterDigest => _digest;

    /// <summary>An authentic frame came. From any thread.</summary>
    internal void Hear(long now) => Volatile.Write(ref _heard, now);

    /// <summary>Whether the session is dead.</summary>
    internal bool IsDead(long now) => now >= Volatile.Read(ref _heard) + (interval * silentIntervals);

    /// <summary>Sends one at once.</summary>
    internal void Beat() => _beat = true;

    /// <summary>Time has passed.</summary>
    internal void OnTime(long now)
    {
        if (now < _beatAt) return;
        _beat = true;
        _beatAt = now + interval;
    }

    /// <summary>A HEARTBEAT or HEARTBEAT_ACK came.</summary>
    internal void OnMessage(FrameKind kind, ReadOnlySpan<byte> body, long now)
    {
        var sent = BinaryPrimitives.ReadUInt64BigEndian(body);
        if (kind == FrameKind.Heartbeat)
        {
            _ackTime = sent;
            _ack = true;
            ClockDifference = TimeSpan.FromMilliseconds(Math.Clamp((double)sent - time.GetUtcNow().ToUnixTimeMilliseconds(), -MaxDifference, MaxDifference));
        }
        else if (_waiting && sent == _sentTime)
        {
            _waiting = false;
            RoundTripTime = time.GetElapsedTime(_sentAt, now);
        }
    }

    /// <summary>Writes the next body, 40 bytes.</summary>
    internal bool TryTake(long now, Span<byte> body, out FrameKind kind)
    {
        kind = _ack ? FrameKind.HeartbeatAck : FrameKind.Heartbeat;
        if (!HasControl) return false;
        if (_ack)
        {
            _ack = false;
            BinaryPrimitives.WriteUInt64BigEndian(body, _ackTime);
        }
        else
        {
            _beat = false;
            _waiting = true;
            _sentAt = now;
            _sentTime = (ulong)time.GetUtcNow().ToUnixTimeMilliseconds();
            BinaryPrimitives.WriteUInt64BigEndian(body, _sentTime);
        }

        _digest.CopyTo(body[sizeof(ulong)..]);
        return true;
    }
}
