using Causeway.Tunnel.Daemon.Control;

namespace Causeway.Tunnel.Daemon.Frames;

/// <summary>What went through: one for each member, one for the device. Safe from any thread.</summary>
internal sealed class TrafficCounters
{
    private static readonly FrameDropReason[] Reasons = Enum.GetValues<FrameDropReason>();

    private readonly long[] _drops = new long[Reasons.Length];
    private long _framesSent;
    private long _framesReceived;
    private long _bytesSent;
    private long _bytesReceived;

    public long FramesSent => Interlocked.Read(ref _framesSent);

    public long FramesReceived => Interlocked.Read(ref _framesReceived);

    public long BytesSent => Interlocked.Read(ref _bytesSent);

    public long BytesReceived => Interlocked.Read(ref _bytesReceived);

    public void CountSent(int bytes)
    {
        Interlocked.Increment(ref _framesSent);
        Interlocked.Add(ref _bytesSent, bytes);
    }

    public void CountReceived(int bytes)
    {
        Interlocked.Increment(ref _framesReceived);
        Interlocked.Add(ref _bytesReceived, bytes);
    }

    public void CountDrop(FrameDropReason reason) => Interlocked.Increment(ref _drops[(int)reason]);

    public long Drops(FrameDropReason reason) => Interlocked.Read(ref _drops[(int)reason]);

    /// <summary>Writes the reasons that occurred into a report's.</summary>
    public void AddDropsTo(IDictionary<string, long> drops)
    {
        foreach (var reason in Reasons)
        {
            if (Drops(reason) is > 0 and var count) drops[DropNames.Of(reason)] = count;
        }
    }

    public TrafficReport Report(IReadOnlyDictionary<string, long> drops) => new()
    {
        FramesSent = FramesSent,
        FramesReceived = FramesReceived,
        BytesSent = BytesSent,
        BytesReceived = BytesReceived,
        Drops = drops,
    };
}
