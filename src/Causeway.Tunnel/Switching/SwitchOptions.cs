using Causeway.Tunnel.Segmentation;

namespace Causeway.Tunnel.Switching;

/// <summary>Limits of a <see cref="LearningSwitch{TMember}"/>.</summary>
public sealed record SwitchOptions
{
    /// <summary>How long an address is remembered after its last frame. Default: 300 s (IEEE 802.1Q table 8-6).</summary>
    public TimeSpan Ageing { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>How long after its last frame an address cannot turn up at another member. Keeps two places from fighting over one, and lets a machine move. Default: 1 s.</summary>
    public TimeSpan MoveHold { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Addresses behind one member that are remembered, beside its own; those beyond are reached by flooding. Default: 1024.</summary>
    public int MaxAddressesPerMember { get; init; } = 1024;

    /// <summary>Addresses that are remembered in all. Default: 65 536.</summary>
    public int MaxAddresses { get; init; } = 65_536;

    /// <summary>Flooded frames per second, from each member and to each member; a super-segment counts as the frames that it stands for. Default: 1000.</summary>
    public int FloodedFramesPerSecond { get; init; } = 1000;

    /// <summary>Flooded frames that may come at once. Default: 2000.</summary>
    public int FloodedFramesBurst { get; init; } = 2000;

    /// <summary>The longest frame, in bytes with its Ethernet header. Default: the longest super-segment; ordinary frames are measured against the MTU by <see cref="OffloadCheck"/>.</summary>
    public int MaxFrameLength { get; init; } = OffloadCheck.MaxFrameLength;
}
