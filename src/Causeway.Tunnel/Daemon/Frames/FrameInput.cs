using Causeway.Tunnel.Daemon.Members;
using Causeway.Tunnel.Devices;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Sessions.Frames;
using Causeway.Tunnel.Segmentation;
using Causeway.Tunnel.Switching;

namespace Causeway.Tunnel.Daemon.Frames;

/// <summary>
/// The way in, on the threads that receive from relays: what members sent is checked, since a member may be hostile, and written to the device from where it
/// lies. Allocates nothing for a frame.
/// </summary>
internal sealed class FrameInput(ISegmentDevice device, LearningSwitch<Member> segment, MemberTable members, TrafficCounters traffic, Action<Exception> onFailure)
{
    /// <summary>Takes the body of a FRAME or OFFLOAD_FRAME.</summary>
    public void Receive(TunnelPeerId source, FrameKind kind, ReadOnlySpan<byte> body)
    {
        if (!members.TryFind(source, out var member) || member.Port is not { } port)
        {
            traffic.CountDrop(FrameDropReason.NoMember);
            return;
        }

        // The first frames may come before the session was announced.
        if (!port.IsConnected) segment.Connect(port);
        VirtioNetHeader header = default;
        var frame = body;
        if (kind == FrameKind.OffloadFrame)
        {
            header = VirtioNetHeader.Read(body);
            frame = body[VirtioNetHeader.Length..];

            // One form per meaning: without offload it would have been a FRAME.
            if (header.IsPlain || !device.HasOffload)
            {
                member.Traffic.CountDrop(FrameDropReason.BadOffload);
                return;
            }
        }

        if (OffloadCheck.Check(header, frame, device.Mtu) != OffloadVerdict.Valid)
        {
            member.Traffic.CountDrop(FrameDropReason.BadOffload);
            return;
        }

        // The switch counts what it drops.
        if (segment.Learn(port, frame) != SwitchDropReason.None) return;
        member.Traffic.CountReceived(frame.Length);
        Write(kind, body, frame);
    }

    private void Write(FrameKind kind, ReadOnlySpan<byte> body, ReadOnlySpan<byte> frame)
    {
        try
        {
            var result = kind == FrameKind.OffloadFrame ? device.Write(body) : device.Write(default, frame);
            switch (result)
            {
                case DeviceWriteResult.Written:
                    traffic.CountReceived(frame.Length);
                    break;
                case DeviceWriteResult.Full:
                    traffic.CountDrop(FrameDropReason.DeviceFull);
                    break;
                case DeviceWriteResult.Down:
                    traffic.CountDrop(FrameDropReason.DeviceDown);
                    break;
                default:
                    traffic.CountDrop(FrameDropReason.DeviceRefused);
                    break;
            }
        }
        catch (Exception e)
        {
            onFailure(e);
        }
    }
}
