using System.Diagnostics.Metrics;

namespace Causeway.Relay;

/// <summary>
/// What a relay counts, under the meter <c>Causeway.Relay</c>. Labels have few values and none of a member's making. Counters of the hot path are plain numbers that
/// are read when somebody asks.
/// </summary>
internal sealed class RelayMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Causeway.Relay";

    private readonly Meter _meter = new(MeterName);
    private readonly long[] _drops = new long[Enum.GetValues<DropReason>().Length];
    private readonly long[] _refusals = new long[16];
    private long _frames;
    private long _bytes;
    private long _unreachable;
    private long _authenticated;
    private long _authFailures;
    private long _replaced;

    public RelayMetrics(Func<int> connections, Func<int> members, Func<long> queueBytes, Func<byte> load)
    {
        _meter.CreateObservableUpDownCounter("causeway.relay.connections", connections, description: "Connections, proved or not");
        _meter.CreateObservableUpDownCounter("causeway.relay.members", members, description: "Members that have proved who they are");
        _meter.CreateObservableUpDownCounter("causeway.relay.queue.bytes", queueBytes, description: "Memory of the queues in use, in bytes");
        _meter.CreateObservableGauge("causeway.relay.load", () => (int)load(), description: "How busy the relay is, 0 to 100");
        _meter.CreateObservableCounter("causeway.relay.frames.forwarded", () => Frames, description: "Records put into a queue for their destination");
        _meter.CreateObservableCounter("causeway.relay.bytes.forwarded", () => Interlocked.Read(ref _bytes), description: "Bytes of these records");
        _meter.CreateObservableCounter("causeway.relay.frames.dropped", ReadDrops, description: "Records dropped");
        _meter.CreateObservableCounter("causeway.relay.unreachable", () => Interlocked.Read(ref _unreachable), description: "UNREACHABLE said");
        _meter.CreateObservableCounter("causeway.relay.auth.succeeded", () => Interlocked.Read(ref _authenticated), description: "Proofs that held");
        _meter.CreateObservableCounter("causeway.relay.auth.failed", () => Interlocked.Read(ref _authFailures), description: "Proofs that did not");
        _meter.CreateObservableCounter("causeway.relay.replaced", () => Interlocked.Read(ref _replaced), description: "Connections replaced by a newer one of the same peer");
        _meter.CreateObservableCounter("causeway.relay.refusals", ReadRefusals, description: "Connections refused or ended, by code of REFUSED");
    }

    /// <summary>Records forwarded.</summary>
    public long Frames => Interlocked.Read(ref _frames);

    public void Forwarded(long frames, long bytes)
    {
        Interlocked.Add(ref _frames, frames);
        Interlocked.Add(ref _bytes, bytes);
    }

    public void Dropped(DropReason reason, long count = 1) => Interlocked.Add(ref _drops[(int)reason], count);

    public long Drops(DropReason reason) => Interlocked.Read(ref _drops[(int)reason]);

    public void SaidUnreachable() => Interlocked.Increment(ref _unreachable);

    public void Authenticated() => Interlocked.Increment(ref _authenticated);

    public void AuthFailed() => Interlocked.Increment(ref _authFailures);

    public void Replaced() => Interlocked.Increment(ref _replaced);

    public void Refused(int code) => Interlocked.Increment(ref _refusals[code & 15]);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> ReadDrops()
    {
        foreach (var reason in Enum.GetValues<DropReason>()) yield return new Measurement<long>(Drops(reason), new KeyValuePair<string, object?>("reason", Name(reason)));
    }

    private IEnumerable<Measurement<long>> ReadRefusals()
    {
        for (var code = 1; code < _refusals.Length; code++)
        {
            if (Interlocked.Read(ref _refusals[code]) is > 0 and var count) yield return new Measurement<long>(count, new KeyValuePair<string, object?>("code", code));
        }
    }

    private static string Name(DropReason reason) => reason switch
    {
        DropReason.QueueFull => "queue full",
        DropReason.PushedOut => "pushed out",
        DropReason.NotConnected => "not connected",
        _ => "blocked",
    };
}
