namespace Causeway.Relay.Members;

/// <summary>How busy the relay is, 0 to 100: the larger one of the share of places taken and the share of processor time used. Members use it to choose.</summary>
internal sealed class LoadMeter(Func<int> connections, int maxConnections, TimeProvider time)
{
    private readonly int _processors = Environment.ProcessorCount;
    private TimeSpan _used = Environment.CpuUsage.TotalTime;
    private long _measured = time.GetTimestamp();
    private double _busy;

    /// <summary>The figure.</summary>
    public byte Value => (byte)Math.Clamp(Math.Max(100.0 * connections() / maxConnections, 100 * _busy), 0, 100);

    /// <summary>Measures; called every second. The figure follows within some seconds, so that members are not sent to and fro.</summary>
    public void Measure()
    {
        var now = time.GetTimestamp();
        var elapsed = time.GetElapsedTime(_measured, now);
        if (elapsed < TimeSpan.FromMilliseconds(500)) return;
        var used = Environment.CpuUsage.TotalTime;
        var share = (used - _used) / elapsed / _processors;
        _busy = (0.7 * _busy) + (0.3 * share);
        (_used, _measured) = (used, now);
    }
}
