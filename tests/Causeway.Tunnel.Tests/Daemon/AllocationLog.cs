using Causeway.Tunnel.Devices;

namespace Causeway.Tunnel.Tests.Daemon;

/// <summary>What was allocated between one call of a device and the next, if both came from one thread.</summary>
internal sealed class AllocationLog(int frames)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<long> _reads = new(frames * 4);
    private readonly List<long> _writes = new(frames * 4);
    private (int Thread, long Bytes) _lastRead;
    private (int Thread, long Bytes) _lastWrite;
    private int _written;

    /// <summary>Completed when all frames were written.</summary>
    public Task Done => _done.Task;

    public IReadOnlyList<long> Reads => _reads;

    public IReadOnlyList<long> Writes => _writes;

    public void OnRead() => Note(_reads, ref _lastRead);

    public DeviceWriteResult OnWritten()
    {
        Note(_writes, ref _lastWrite);
        if (++_written == frames) _done.TrySetResult();
        return DeviceWriteResult.Written;
    }

    private static void Note(List<long> log, ref (int Thread, long Bytes) last)
    {
        var now = (Environment.CurrentManagedThreadId, GC.GetAllocatedBytesForCurrentThread());
        if (last.Thread == now.CurrentManagedThreadId && log.Count < log.Capacity) log.Add(now.Item2 - last.Bytes);
        last = now;
    }
}
