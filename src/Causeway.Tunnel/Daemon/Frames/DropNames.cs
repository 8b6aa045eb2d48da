using Causeway.Tunnel.Switching;

namespace Causeway.Tunnel.Daemon.Frames;

/// <summary>Reasons for which frames are dropped, as users and metrics see them.</summary>
internal static class DropNames
{
    public static string Of(FrameDropReason reason) => reason switch
    {
        FrameDropReason.NoRelay => "no relay",
        FrameDropReason.Unreachable => "unreachable",
        FrameDropReason.NoSession => "no session",
        FrameDropReason.RelayBusy => "relay busy",
        FrameDropReason.TooLarge => "too large",
        FrameDropReason.Unusable => "unusable",
        FrameDropReason.Loop => "loop",
        FrameDropReason.BadOffload => "bad offload header",
        FrameDropReason.NoMember => "no member",
        FrameDropReason.DeviceFull => "device full",
        FrameDropReason.DeviceDown => "device down",
        _ => "device refused",
    };

    public static string Of(SwitchDropReason reason) => reason switch
    {
        SwitchDropReason.TooShort => "too short",
        SwitchDropReason.TooLong => "too long",
        SwitchDropReason.InvalidSource => "invalid source",
        SwitchDropReason.LinkLocalReserved => "reserved group",
        SwitchDropReason.SourceIsLocal => "source is this machine's",
        SwitchDropReason.SourceIsPinned => "source is another member's",
        SwitchDropReason.SourceIsContested => "source moved too fast",
        SwitchDropReason.DestinationIsLocal => "destination is this machine",
        SwitchDropReason.DestinationIsElsewhere => "destination is another member",
        SwitchDropReason.NotConnected => "member not connected",
        SwitchDropReason.NobodyThere => "nobody there",
        SwitchDropReason.Storm => "too many for everybody",
        _ => "none",
    };

    /// <summary>Writes the reasons that occurred at a switch into a report's.</summary>
    public static void AddTo(IDictionary<string, long> drops, SwitchCounters counters)
    {
        foreach (var reason in Enum.GetValues<SwitchDropReason>())
        {
            if (counters.Dropped(reason) is > 0 and var count) drops[Of(reason)] = drops.TryGetValue(Of(reason), out var before) ? before + count : count;
        }
    }
}
