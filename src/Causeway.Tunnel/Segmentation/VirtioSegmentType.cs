namespace Causeway.Tunnel.Segmentation;

/// <summary>Kinds of super-segments (virtio 1.2 §5.1.6, <c>VIRTIO_NET_HDR_GSO_…</c>). Others are never handed out, because they are not asked for, and never taken.</summary>
[Flags]
public enum VirtioSegmentType : byte
{
    /// <summary>An ordinary frame.</summary>
    None = 0,

    /// <summary>TCP over IPv4.</summary>
    TcpIPv4 = 1,

    /// <summary>TCP over IPv6.</summary>
    TcpIPv6 = 4,

    /// <summary>UDP over either: several datagrams of one flow (USO).</summary>
    Udp = 5,

    /// <summary>Beside a TCP kind: the first segment carries CWR (RFC 3168 §6.1.2).</summary>
    Ecn = 0x80,
}
