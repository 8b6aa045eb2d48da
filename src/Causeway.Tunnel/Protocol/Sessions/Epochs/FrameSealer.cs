using Causeway.Tunnel.Protocol.Sessions.Frames;

namespace Causeway.Tunnel.Protocol.Sessions.Epochs;

/// <summary>Seals the frames of one epoch and direction, and owns their counter. For one caller at a time.</summary>
internal sealed class FrameSealer(TrafficKey key, SessionId session, ushort epoch, EpochLimits limits) : IDisposable
{
    private ulong _counter;
    private ulong _bytes;

    /// <summary>The epoch.</summary>
    internal ushort Epoch => epoch;

    /// <summary>The number of frames sealed.</summary>
    internal ulong Counter => _counter;

    /// <summary>Whether the limits are near, so that a new epoch must come.</summary>
    internal bool IsNearLimit => limits.IsNear(_counter, _bytes);

    /// <summary>Writes header, kind and tag around the body that is already in place, and encrypts. False at twice the limits: nothing more goes out.</summary>
    internal bool TrySeal(FrameKind kind, Span<byte> frame)
    {
        var length = frame.Length - FrameLayout.HeaderSize - FrameLayout.TagSize;
        if (limits.IsExhausted(_counter, _bytes, length)) return false;
        var counter = _counter++;
        _bytes += (ulong)length;
        new FrameHeader(epoch, session.Tag, counter).CopyTo(frame);
        frame[FrameLayout.HeaderSize] = (byte)kind;
        key.Seal(counter, frame);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();
}
