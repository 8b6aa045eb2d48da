using Causeway.Tunnel.Protocol.Sessions.Frames;

namespace Causeway.Tunnel.Protocol.Sessions.Epochs;

/// <summary>Opens the frames of one epoch and direction, each once. Safe for several threads, which take turns.</summary>
internal sealed class FrameOpener(TrafficKey key, ushort epoch, EpochLimits limits) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ReplayWindow _window = new();
    private long _expires = long.MaxValue;
    private ulong _frames;
    private ulong _bytes;
    private bool _disposed;

    /// <summary>The epoch.</summary>
    internal ushort Epoch => epoch;

    /// <summary>The timestamp from which on it opens nothing more.</summary>
    internal long Expires
    {
        get => Volatile.Read(ref _expires);
        set => Volatile.Write(ref _expires, value);
    }

    /// <summary>Whether the limits are near, so that a new epoch must come.</summary>
    internal bool IsNearLimit
    {
        get
        {
            lock (_lock) return limits.IsNear(_frames, _bytes);
        }
    }

    /// <summary>
    /// Opens in place. The counter is checked first, because that is cheap, and marked last, because only an authentic frame may move the window.
    /// <paramref name="reachedLimit"/> is true for the one frame that brings the limits near.
    /// </summary>
    internal OpenStatus Open(ulong counter, Span<byte> frame, out bool reachedLimit)
    {
        reachedLimit = false;
        if (counter >= 2 * limits.Frames) return OpenStatus.Replayed;
        lock (_lock)
        {
            if (_disposed) return OpenStatus.UnknownEpoch;
            if (!_window.IsFresh(counter)) return OpenStatus.Replayed;
            if (!key.TryOpen(counter, frame)) return OpenStatus.NotAuthentic;
            _window.Mark(counter);
            var wasNear = limits.IsNear(_frames, _bytes);
            _frames++;
            _bytes += (ulong)(frame.Length - FrameLayout.HeaderSize - FrameLayout.TagSize);
            reachedLimit = !wasNear && limits.IsNear(_frames, _bytes);
            return OpenStatus.Opened;
        }
    }

    /// <summary>Zeroes the key; waits for a frame that is being opened.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            key.Dispose();
        }
    }
}
