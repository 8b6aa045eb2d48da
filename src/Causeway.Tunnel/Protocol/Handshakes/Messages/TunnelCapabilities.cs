namespace Causeway.Tunnel.Protocol.Handshakes.Messages;

/// <summary>What a member can do, in HELLO and CHALLENGE (docs/protocol/tunnel.md §3.1). Bits that one does not know mean nothing to it.</summary>
[Flags]
public enum TunnelCapabilities : uint
{
    /// <summary>Nothing beyond what every member can do.</summary>
    None = 0,

    /// <summary>Takes OFFLOAD_FRAMEs.</summary>
    SegmentationOffload = 1,

    /// <summary>Can leave the relay for a direct path.</summary>
    DirectPaths = 2,
}
