namespace Causeway.Tunnel.Protocol.Sessions.Frames;

/// <summary>
/// Where things lie in an encrypted frame: header ‖ kind ‖ body ‖ tag (docs/protocol/tunnel.md §4.1). Frames are sealed and opened in place: a body is
/// written to, and read from, <see cref="BodyOffset"/>.
/// </summary>
public static class FrameLayout
{
    /// <summary>The first byte of every encrypted frame, which tells it from handshake messages.</summary>
    public const byte Type = 0x10;

    /// <summary>The length of the header, which is authenticated and not encrypted.</summary>
    public const int HeaderSize = 16;

    /// <summary>Where the body begins: behind the header and the kind.</summary>
    public const int BodyOffset = HeaderSize + 1;

    /// <summary>The length of the tag behind the body.</summary>
    public const int TagSize = 16;

    /// <summary>What a frame is longer than its body.</summary>
    public const int Overhead = BodyOffset + TagSize;

    /// <summary>The length of a virtio-net header without <c>num_buffers</c> (virtio 1.2, section 5.1.6).</summary>
    public const int OffloadHeaderSize = 10;

    /// <summary>The length of an Ethernet header without VLAN tag: the shortest frame.</summary>
    public const int MinEthernetSize = 14;

    /// <summary>What an ordinary Ethernet frame may be longer than the MTU: its header and a VLAN tag.</summary>
    public const int EthernetOverhead = 18;

    /// <summary>The longest Ethernet frame of an OFFLOAD_FRAME: an IP packet of 65 535 bytes behind an Ethernet header.</summary>
    public const int MaxOffloadSize = 65_549;

    /// <summary>The longest body of any kind.</summary>
    public const int MaxBodySize = OffloadHeaderSize + MaxOffloadSize;

    /// <summary>The longest frame.</summary>
    public const int MaxFrameSize = MaxBodySize + Overhead;
}
