using System.Diagnostics.Metrics;
using Causeway.Tunnel.Daemon.Frames;
using Causeway.Tunnel.Daemon.Members;
using Causeway.Tunnel.Daemon.Routing;
using Causeway.Tunnel.Protocol.Peers;
using Causeway.Tunnel.Switching;

namespace Causeway.Tunnel.Daemon;

/// <summary>
/// What a daemon counts, under the meter <c>Causeway.Tunnel</c>. Labels have few values and none of a member's making; nothing is counted twice, everything is
/// read when somebody asks.
/// </summary>
internal sealed class DaemonMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Causeway.Tunnel";

    private readonly Meter _meter = new(MeterName);

    public DaemonMetrics(TunnelEndpoint endpoint, TrafficCounters traffic, LearningSwitch<Member> segment, MemberTable members, RelaySet relays)
    {
        _meter.CreateObservableCounter("causeway.tunnel.frames.sent", () => traffic.FramesSent, description: "Ethernet frames read from the device");
        _meter.CreateObservableCounter("causeway.tunnel.frames.received", () => traffic.FramesReceived, description: "Ethernet frames written to the device");
        _meter.CreateObservableCounter("causeway.tunnel.bytes.sent", () => traffic.BytesSent, description: "Bytes of frames read from the device");
        _meter.CreateObservableCounter("causeway.tunnel.bytes.received", () => traffic.BytesReceived, description: "Bytes of frames written to the device");
        _meter.CreateObservableCounter("causeway.tunnel.frames.dropped", () => ReadDrops(traffic, segment, members), description: "Ethernet frames dropped, by reason");
        _meter.CreateObservableCounter("causeway.tunnel.handshakes.begun", () => endpoint.Counters.Attempts, description: "Handshakes begun by this machine");
        _meter.CreateObservableCounter("causeway.tunnel.handshakes.failed", () => endpoint.Counters.AttemptsFailed, description: "Handshakes begun by this machine that came to nothing");
        _meter.CreateObservableCounter("causeway.tunnel.hellos.refused", () => endpoint.Counters.HellosRefused, description: "HELLOs dropped, or answered with RETRY or ERROR");
        _meter.CreateObservableCounter("causeway.tunnel.messages.dropped", () => endpoint.Counters.HandshakeMessagesDropped, description: "Other messages of handshakes that were not valid, or too many");
        _meter.CreateObservableCounter("causeway.tunnel.payloads.unknown", () => endpoint.Counters.FramesUnknown, description: "Encrypted frames of sessions that are not known");
        _meter.CreateObservableCounter("causeway.tunnel.payloads.refused", () => endpoint.Counters.FramesDropped, description: "Encrypted frames that were not authentic, not new, or not allowed");
        _meter.CreateObservableCounter("causeway.tunnel.sessions.established", () => endpoint.Counters.Sessions, description: "Sessions established");
        _meter.CreateObservableUpDownCounter("causeway.tunnel.members", () => members.All.Count(), description: "Other members of the network");
        _meter.CreateObservableUpDownCounter("causeway.tunnel.members.online", () => members.All.Count(m => m.Session is not null), description: "Other members with a session");
        _meter.CreateObservableUpDownCounter("causeway.tunnel.relays.connected", () => relays.Links.Count(l => l.IsConnected), description: "Relays that are connected");
    }

    /// <summary>All reasons for which frames were dropped, here or at the switch.</summary>
    public static SortedDictionary<string, long> Drops(TrafficCounters traffic, LearningSwitch<Member> segment, MemberTable members)
    {
        var drops = new SortedDictionary<string, long>(StringComparer.Ordinal);
        traffic.AddDropsTo(drops);
        DropNames.AddTo(drops, segment.Counters);
        foreach (var member in members.All)
        {
            foreach (var (reason, count) in Drops(member)) drops[reason] = drops.GetValueOrDefault(reason) + count;
        }

        return drops;
    }

    /// <summary>The reasons for which a member's frames were dropped.</summary>
    public static SortedDictionary<string, long> Drops(Member member)
    {
        var drops = new SortedDictionary<string, long>(StringComparer.Ordinal);
        member.Traffic.AddDropsTo(drops);
        if (member.Port is { } port) DropNames.AddTo(drops, port.Counters);
        return drops;
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<long>> ReadDrops(TrafficCounters traffic, LearningSwitch<Member> segment, MemberTable members) =>
        Drops(traffic, segment, members).Select(d => new Measurement<long>(d.Value, new KeyValuePair<string, object?>("reason", d.Key)));
}
