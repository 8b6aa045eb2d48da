using Causeway.Tunnel.Devices;
using Causeway.Tunnel.Segmentation;

namespace Causeway.Tunnel.Tests.Devices;

/// <summary>Carries frames between two devices as the tunnel does, without a tunnel: what is read is normalised, checked as if a stranger had sent it, and written.</summary>
internal sealed class Cable : IDisposable
{
    private readonly ISegmentDevice[] _ends;
    private readonly Thread[] _threads;

    public Cable(ISegmentDevice left, ISegmentDevice right)
    {
        _ends = [left, right];
        FromLeft = new CableCounters();
        FromRight = new CableCounters();
        _threads = [new Thread(() => Carry(left, right, FromLeft)), new Thread(() => Carry(right, left, FromRight))];
        foreach (var thread in _threads) thread.Start();
    }

    public CableCounters FromLeft { get; }

    public CableCounters FromRight { get; }

    public void Dispose()
    {
        foreach (var end in _ends) end.Stop();
        foreach (var thread in _threads) thread.Join();
        foreach (var end in _ends) end.Dispose();
    }

    private static void Carry(ISegmentDevice from, ISegmentDevice to, CableCounters counters)
    {
        byte[] buffer = new byte[from.MaxReadLength], segment = new byte[OffloadCheck.MaxFrameLength];
        while (from.WaitForFrames(Timeout.InfiniteTimeSpan))
        {
            for (int length; (length = from.TryRead(buffer)) > 0;)
            {
                var result = OffloadNormalizer.Normalize(buffer.AsSpan(0, length), from.Mtu, out var header);
                var frame = buffer.AsSpan(VirtioNetHeader.Length, length - VirtioNetHeader.Length);
                counters.Add(result, header, frame.Length);
                if (result == NormalizedOffload.Unusable) continue;
                if (result != NormalizedOffload.ToBeSegmented && OffloadCheck.Check(header, frame, to.Mtu) is var verdict and not OffloadVerdict.Valid)
                {
                    counters.Fail($"{verdict}: {header}, {frame.Length} bytes");
                    continue;
                }

                if (to.HasOffload)
                {
                    counters.Written(to.Write(buffer.AsSpan(0, length)));
                }
                else if (header.IsSuperSegment)
                {
                    FrameSegmenter.TryCreate(header, frame, out var segmenter);
                    while (segmenter.TryNext(segment, out var segmentLength))
                    {
                        if (segmentLength > 1514) counters.Fail($"A segment of {segmentLength} bytes");
                        counters.Written(to.Write(default, segment.AsSpan(0, segmentLength)));
                    }
                }
                else
                {
                    if (header.NeedsChecksum) ChecksumCompletion.TryComplete(frame, header.ChecksumStart, header.ChecksumOffset);
                    counters.Written(to.Write(default, frame));
                }
            }
        }
    }
}

/// <summary>What went through a cable in one direction.</summary>
internal sealed class CableCounters
{
    private readonly Lock _lock = new();
    private readonly List<string> _failures = [];
    private readonly Dictionary<VirtioSegmentType, int> _kinds = [];

    public IReadOnlyList<string> Failures
    {
        get
        {
            lock (_lock) return [.. _failures];
        }
    }

    public int Checksums { get; private set; }

    public int Longest { get; private set; }

    public int Frames { get; private set; }

    public int Of(VirtioSegmentType kind)
    {
        lock (_lock) return _kinds.GetValueOrDefault(kind);
    }

    public void Add(NormalizedOffload result, in VirtioNetHeader header, int length)
    {
        lock (_lock)
        {
            Frames++;
            Longest = Math.Max(Longest, length);
            if (result == NormalizedOffload.Unusable) _failures.Add($"unusable: {header}, {length} bytes");
            if (header.NeedsChecksum) Checksums++;
            _kinds[header.SegmentKind] = _kinds.GetValueOrDefault(header.SegmentKind) + 1;
        }
    }

    public void Fail(string what)
    {
        lock (_lock) _failures.Add(what);
    }

    public void Written(DeviceWriteResult result)
    {
        if (result is DeviceWriteResult.Refused) Fail($"{result}");
    }
}
