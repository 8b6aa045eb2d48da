using Causeway.Tunnel.Daemon.Members;
using Causeway.Tunnel.Daemon.Routing;
using Causeway.Tunnel.Devices;
using Causeway.Tunnel.Protocol.Peers;
using Causeway.Tunnel.Protocol.Relaying;
using Causeway.Tunnel.Protocol.Sessions;
using Causeway.Tunnel.Protocol.Sessions.Frames;
using Causeway.Tunnel.Relays;
using Causeway.Tunnel.Segmentation;
using Causeway.Tunnel.Switching;

namespace Causeway.Tunnel.Daemon.Frames;

/// <summary>
/// The way out, a thread of its own: frames are read from the device, sealed where they lie and given to relays; a batch is sent when the device is empty or the
/// batch large enough. Allocates nothing for a frame.
/// </summary>
internal sealed class FrameOutput
{
    // So much is collected before it is sent, if the device has more: large enough for few system calls, small enough for relay and receiver to work at the same time.
    private const int BatchBytes = 192 * 1024;
    private const int BatchFrames = 128;

    private const int EthernetHeader = Protocol.Sessions.Frames.FrameLayout.MinEthernetSize;

    // How long a relay that takes nothing holds this thread up, once: meanwhile the kernel's queue fills, and senders slow down instead of losing frames.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(20);

    private readonly byte[] _frame = FrameEnvelope.NewBuffer();
    private readonly byte[] _copy = FrameEnvelope.NewBuffer();
    private readonly byte[] _segment = FrameEnvelope.NewBuffer();
    private readonly ISegmentDevice _device;
    private readonly LearningSwitch<Member> _switch;
    private readonly TunnelEndpoint _endpoint;
    private readonly RelaySet _relays;
    private readonly LoopGuard _guard;
    private readonly TrafficCounters _traffic;
    private readonly Action<Exception> _onFailure;
    private readonly Action _onLoop;
    private readonly Thread _thread;

    /// <summary>The way out; <see cref="Start"/> opens it.</summary>
    /// <param name="device">Where frames come from.</param>
    /// <param name="segment">Decides where they go.</param>
    /// <param name="endpoint">Seals them.</param>
    /// <param name="relays">Carry them.</param>
    /// <param name="guard">Knows what must not be carried.</param>
    /// <param name="traffic">The device's counters.</param>
    /// <param name="onFailure">Called once if the device fails.</param>
    /// <param name="onLoop">Called for each frame that is on its way to a relay.</param>
    public FrameOutput(
        ISegmentDevice device, LearningSwitch<Member> segment, TunnelEndpoint endpoint, RelaySet relays, LoopGuard guard, TrafficCounters traffic,
        Action<Exception> onFailure, Action onLoop)
    {
        (_device, _switch, _endpoint, _relays, _guard, _traffic, _onFailure, _onLoop) = (device, segment, endpoint, relays, guard, traffic, onFailure, onLoop);
        _thread = new Thread(Run) { IsBackground = true, Name = "tunnel output" };
    }

    public void Start() => _thread.Start();

    /// <summary>Waits for the end, after <see cref="ISegmentDevice.Stop"/>.</summary>
    public bool Join(TimeSpan patience) => !_thread.IsAlive || _thread.Join(patience);

    private void Run()
    {
        try
        {
            while (_device.WaitForFrames(Timeout.InfiniteTimeSpan))
            {
                while (ReadBatch())
                {
                    // There may be more.
                }
            }
        }
        catch (Exception e)
        {
            _onFailure(e);
        }
    }

    // True if the batch was full.
    private bool ReadBatch()
    {
        var frames = 0;
        var bytes = 0;
        while (frames < BatchFrames && bytes < BatchBytes)
        {
            var length = _device.TryRead(_frame.AsSpan(FrameEnvelope.DeviceOffset));
            if (length == 0) break;
            frames++;
            bytes += length;
            Process(length);
        }

        Flush();
        return frames == BatchFrames || bytes >= BatchBytes;
    }

    private void Process(int length)
    {
        var read = _frame.AsSpan(FrameEnvelope.DeviceOffset, length);
        var kind = OffloadNormalizer.Normalize(read, _device.Mtu, out var header);
        if (kind == NormalizedOffload.Unusable)
        {
            _traffic.CountDrop(FrameDropReason.Unusable);
            return;
        }

        ReadOnlySpan<byte> frame = read[VirtioNetHeader.Length..];
        if (_guard.IsLoop(frame))
        {
            _traffic.CountDrop(FrameDropReason.Loop);
            _onLoop();
            return;
        }

        _traffic.CountSent(frame.Length);
        var decision = _switch.Route(frame);
        if (decision.Port is { } port)
        {
            Send(port.Member, _frame, frame.Length, header, kind);
        }
        else if (decision.IsFlood)
        {
            foreach (var member in _switch.Connected)
            {
                // Sealing leaves nothing of what was there.
                read.CopyTo(_copy.AsSpan(FrameEnvelope.DeviceOffset));
                Send(member.Member, _copy, frame.Length, header, kind);
            }
        }
    }

    private void Send(Member member, byte[] buffer, int length, in VirtioNetHeader header, NormalizedOffload kind)
    {
        if (member.Session is not { } session)
        {
            member.Traffic.CountDrop(FrameDropReason.NoSession);
            return;
        }

        var frame = buffer.AsSpan(FrameEnvelope.FrameOffset, length);
        switch (kind)
        {
            case NormalizedOffload.Plain:
                Send(member, buffer, FrameKind.Frame, length);
                break;
            case NormalizedOffload.Checksum or NormalizedOffload.SuperSegment when session.Parameters.Offload && Fits(header, session):
                Send(member, buffer, FrameKind.OffloadFrame, length);
                break;
            case NormalizedOffload.Checksum:
                ChecksumCompletion.TryComplete(frame, header.ChecksumStart, header.ChecksumOffset);
                Send(member, buffer, FrameKind.Frame, length);
                break;
            default:
                if (!FrameSegmenter.TryCreate(header, frame, out var segmenter))
                {
                    member.Traffic.CountDrop(FrameDropReason.Unusable);
                    break;
                }

                while (segmenter.TryNext(_segment.AsSpan(FrameEnvelope.FrameOffset), out var part)) Send(member, _segment, FrameKind.Frame, part);
                break;
        }
    }

    // A member with a smaller MTU than ours would refuse what its own machine could not have asked for.
    private static bool Fits(in VirtioNetHeader header, PeerSession session) =>
        !header.IsSuperSegment || header.HeaderLength - EthernetHeader + header.SegmentSize <= session.Parameters.Mtu;

    private void Send(Member member, byte[] buffer, FrameKind kind, int length)
    {
        if (member.Route.Choose(_relays.Links, isUrgent: false) is not { } link)
        {
            member.Traffic.CountDrop(_relays.IsAnyConnected ? FrameDropReason.Unreachable : FrameDropReason.NoRelay);
            return;
        }

        var record = FrameEnvelope.Record(buffer, kind, length);
        var payload = record[RecordHeader.DataPrefix..];
        var status = _endpoint.Seal(member.Id, kind, payload);
        if (status != SealStatus.Sealed)
        {
            member.Traffic.CountDrop(status == SealStatus.BadBody ? FrameDropReason.TooLarge : FrameDropReason.NoSession);
            return;
        }

        RecordHeader.WriteData(record, member.Id, payload.Length);
        if (Send(link, record) is { } reason) member.Traffic.CountDrop(reason);
        else member.Traffic.CountSent(length);
    }

    private FrameDropReason? Send(RelayLink link, ReadOnlySpan<byte> record)
    {
        var result = link.TrySend(record);
        if (result == SendResult.Full && !link.IsStalled)
        {
            Flush();
            if (link.WaitForRoom(record.Length, Patience)) result = link.TrySend(record);
        }

        // One that takes nothing is not waited for again until it does: the others must not wait with it.
        link.IsStalled = result == SendResult.Full;
        if (result == SendResult.Taken) link.NeedsFlush = true;
        return result switch
        {
            SendResult.Taken => null,
            SendResult.Full => FrameDropReason.RelayBusy,
            _ => FrameDropReason.NoRelay,
        };
    }

    private void Flush()
    {
        foreach (var link in _relays.Links)
        {
            if (!link.NeedsFlush) continue;
            link.NeedsFlush = false;
            link.Flush();
        }
    }
}
