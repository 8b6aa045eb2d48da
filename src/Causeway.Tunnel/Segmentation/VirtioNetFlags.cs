namespace Causeway.Tunnel.Segmentation;

/// <summary>Flags of a virtio-net header (virtio 1.2 §5.1.6, <c>VIRTIO_NET_HDR_F_…</c>).</summary>
[Flags]
public enum VirtioNetFlags : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The checksum field holds the sum of the pseudo-header only; the rest is to be added.</summary>
    NeedsChecksum = 1,

    /// <summary>Whoever received the packet has verified its checksum. Devices say so; members never do.</summary>
    DataValid = 2,

    /// <summary>The packet is coalesced from several. Not used by Linux's TAP devices.</summary>
    CoalescingInfo = 4,
}
