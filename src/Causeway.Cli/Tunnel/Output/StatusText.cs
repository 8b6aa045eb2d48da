using System.Globalization;
using Causeway.Cli.Output;
using Causeway.Tunnel.Daemon.Control;

namespace Causeway.Cli.Tunnel.Output;

/// <summary>What <c>causeway tunnel status</c> shows to people.</summary>
internal static class StatusText
{
    /// <summary>Writes it.</summary>
    public static void Write(TextWriter writer, TunnelStatus status, TimeProvider time)
    {
        var table = new TextTable();
        table.Add("network", status.NetworkId is { Length: > 12 } id ? $"{status.Network} ({id[..12]}…)" : status.Network);
        table.Add("state", $"{Of(status.State)}, for {UnitText.Duration(time.GetUtcNow() - status.Since)}{(status.Problem is { } problem ? $": {problem}" : "")}");
        table.Add("machine", string.Join(", ", new[] { status.Name, status.Role, status.PeerId }.OfType<string>()));
        table.Add("address", string.Join(", ", new[] { status.Ipv4, status.Ipv6 }.OfType<string>()) is { Length: > 0 } addresses ? addresses : "none yet");
        table.Add("device", $"{status.Device ?? "none"}, {status.MacAddress}, MTU {status.Mtu}, segmentation offload {(status.SegmentationOffload ? "on" : "off")}");
        foreach (var relay in status.Relays) table.Add("relay", Of(relay, time));
        table.Add("members", $"{status.Members}, {Math.Max(0, status.Members - 1)} beside this machine, {status.Online} online");
        table.Add("traffic", Of(status.Traffic));
        table.Add("process", $"{status.ProcessId}, causeway {status.Version}");
        foreach (var warning in status.Warnings.Where(w => w != status.Problem)) table.Add("warning", warning);
        table.WriteTo(writer);
    }

    private static string Of(TunnelState state) => state switch
    {
        TunnelState.Starting => "starting",
        TunnelState.Joining => "joining",
        TunnelState.Up => "up",
        TunnelState.NoRelay => "up, but no relay is reached",
        TunnelState.Removed => "removed from the network by an administrator",
        _ => "stopping",
    };

    private static string Of(RelayReport relay, TimeProvider time)
    {
        var parts = new List<string> { $"{relay.Address} {relay.State}" };
        if (relay.Since is { } since && relay.State == "connected") parts[0] += $" for {UnitText.Duration(time.GetUtcNow() - since)}";
        if (relay.RoundTripMilliseconds is { } trip) parts.Add($"round trip {UnitText.Milliseconds(trip)}");
        if (relay.State == "connected") parts.Add($"load {relay.Load} %");
        if (relay.ObservedAddress is { } address) parts.Add($"sees this machine as {address}");
        if (relay.ClockAheadSeconds is { } ahead) parts.Add(string.Create(CultureInfo.InvariantCulture, $"its clock is {Math.Abs(ahead):0} s {(ahead > 0 ? "ahead" : "behind")}"));
        if (relay.Problem is { } problem && relay.State != "connected") parts.Add(problem);
        return string.Join(", ", parts);
    }

    private static string Of(TrafficReport traffic)
    {
        var text = $"sent {UnitText.Bytes(traffic.BytesSent)} in {Count(traffic.FramesSent)}, received {UnitText.Bytes(traffic.BytesReceived)} in {Count(traffic.FramesReceived)}";
        return traffic.Drops.Count == 0 ? text : $"{text}; dropped: {string.Join(", ", traffic.Drops.Select(d => string.Create(CultureInfo.InvariantCulture, $"{d.Value} {d.Key}")))}";
    }

    private static string Count(long frames) => string.Create(CultureInfo.InvariantCulture, $"{frames} {(frames == 1 ? "frame" : "frames")}");
}
