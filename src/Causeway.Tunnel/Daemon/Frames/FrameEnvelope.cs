using Causeway.Tunnel.Protocol.Relaying;
using Causeway.Tunnel.Protocol.Sessions.Frames;
using Causeway.Tunnel.Segmentation;
using SessionFrames = Causeway.Tunnel.Protocol.Sessions.Frames;

namespace Causeway.Tunnel.Daemon.Frames;

/// <summary>
/// Where an outgoing frame lies in its buffer, so that it is read from the device and sealed where it is:
/// <c>record header 4 ‖ peer ID 32 ‖ frame header 16 ‖ kind 1 ‖ virtio-net header 10 ‖ Ethernet frame ‖ tag 16</c>. Without a virtio-net header the envelope begins
/// ten bytes later and covers it.
/// </summary>
internal static class FrameEnvelope
{
    /// <summary>Where the device puts its virtio-net header.</summary>
    public const int DeviceOffset = RecordHeader.DataPrefix + SessionFrames.FrameLayout.BodyOffset;

    /// <summary>Where the Ethernet frame begins.</summary>
    public const int FrameOffset = DeviceOffset + VirtioNetHeader.Length;

    /// <summary>The length of a buffer for any frame.</summary>
    public const int BufferSize = FrameOffset + OffloadCheck.MaxFrameLength + SessionFrames.FrameLayout.TagSize;

    /// <summary>A buffer that the collector does not move.</summary>
    public static byte[] NewBuffer() => GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);

    /// <summary>The record for a frame of this length.</summary>
    public static Span<byte> Record(Span<byte> buffer, FrameKind kind, int frameLength)
    {
        var start = kind == FrameKind.OffloadFrame ? 0 : VirtioNetHeader.Length;
        return buffer[start..(FrameOffset + frameLength + SessionFrames.FrameLayout.TagSize)];
    }
}
