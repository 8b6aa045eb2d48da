using System.Diagnostics.Metrics;
using Causeway.Libp2p.AutoNat.Client;
using Causeway.Libp2p.AutoNat.Wire;
using Causeway.Libp2p.Hosts;
using Causeway.Multiformats;

namespace Causeway.Libp2p.AutoNat;

/// <summary>Instruments of AutoNAT, named as in go-libp2p (<c>p2p/host/autonat/metrics.go</c>, <c>p2p/protocol/autonatv2/metrics.go</c>).</summary>
internal static class AutoNatMetrics
{
    private static readonly Gauge<int> Status =
        Libp2pMeter.Instance.CreateGauge<int>("libp2p_autonat_reachability_status", description: "0 unknown, 1 public, 2 private.");

    private static readonly Gauge<int> StatusConfidence =
        Libp2pMeter.Instance.CreateGauge<int>("libp2p_autonat_reachability_status_confidence", description: "Version 1's confidence in the status, 0 to 3.");

    private static readonly Gauge<long> NextProbe =
        Libp2pMeter.Instance.CreateGauge<long>("libp2p_autonat_next_probe_timestamp", "s", "When version 1 asks next (Unix time).");

    private static readonly Counter<long> Received =
        Libp2pMeter.Instance.CreateCounter<long>("libp2p_autonat_received_dial_response_total", description: "Answers of version 1 received, by status.");

    private static readonly Counter<long> Outgoing =
        Libp2pMeter.Instance.CreateCounter<long>("libp2p_autonat_outgoing_dial_response_total", description: "Answers of version 1 sent, by status.");

    private static readonly Counter<long> RefusedTotal =
        Libp2pMeter.Instance.CreateCounter<long>("libp2p_autonat_outgoing_dial_refused_total", description: "Requests of version 1 refused, by reason.");

    private static readonly Counter<long> RequestsCompleted =
        Libp2pMeter.Instance.CreateCounter<long>("libp2p_autonatv2_requests_completed_total", description: "Requests of version 2 served.");

    private static readonly Counter<long> ClientRequests =
        Libp2pMeter.Instance.CreateCounter<long>("libp2p_autonatv2_client_requests_total", description: "Requests of version 2 made, by outcome.");

    private static readonly Counter<long> ClientRequestsCompleted =
        Libp2pMeter.Instance.CreateCounter<long>("libp2p_autonatv2_client_requests_completed_total", description: "Requests of version 2 made and answered.");

    public static void Reachability(Reachability reachability, int confidence)
    {
        Status.Record((int)reachability);
        StatusConfidence.Record(confidence);
    }

    public static void ProbesNext(DateTimeOffset at) => NextProbe.Record(at.ToUnixTimeSeconds());

    public static void Answered(AutoNatStatus status) => Outgoing.Add(1, new KeyValuePair<string, object?>("response_status", NameOf(status)));

    public static void Got(AutoNatStatus status) => Received.Add(1, new KeyValuePair<string, object?>("response_status", NameOf(status)));

    public static void Refused(string reason) => RefusedTotal.Add(1, new KeyValuePair<string, object?>("refusal_reason", reason));

    public static void Completed(DialResponse response, Multiaddress? address, bool costs)
    {
        if (!RequestsCompleted.Enabled) return;
        RequestsCompleted.Add(
            1, new("server_error", "nil"), new("response_status", NameOf(response.Status)), new("dial_status", NameOf(response.DialStatus)),
            new("dial_data_required", costs ? "true" : "false"), new("ip_or_dns_version", VersionOf(address)), new("transport", TransportOf(address)));
    }

    public static void Asked(int addresses, ProbeResult result)
    {
        var isAnswered = result.Outcome is ProbeOutcome.Reachable or ProbeOutcome.Unreachable or ProbeOutcome.Refused;
        ClientRequests.Add(1, new KeyValuePair<string, object?>("outcome", isAnswered ? "success" : "failure"));
        if (!isAnswered || !ClientRequestsCompleted.Enabled) return;
        ClientRequestsCompleted.Add(
            1, new("ip_or_dns_version", VersionOf(result.Address)), new("transport", TransportOf(result.Address)), new("addr_count", addresses.ToString()),
            new("dial_refused", result.Outcome == ProbeOutcome.Refused ? "true" : "false"),
            new("reachability", result.Outcome switch { ProbeOutcome.Reachable => "public", ProbeOutcome.Unreachable => "private", _ => "unknown" }));
    }

    private static string NameOf(AutoNatStatus status) => status switch
    {
        AutoNatStatus.Ok => "ok",
        AutoNatStatus.DialError => "dial error",
        AutoNatStatus.DialRefused => "dial refused",
        AutoNatStatus.BadRequest => "bad request",
        AutoNatStatus.InternalError => "internal error",
        _ => "unknown",
    };

    private static string NameOf(ResponseStatus status) => status switch
    {
        ResponseStatus.Completed => "OK",
        ResponseStatus.RequestRejected => "E_REQUEST_REJECTED",
        ResponseStatus.RequestRefused => "E_DIAL_REFUSED",
        _ => "E_INTERNAL_ERROR",
    };

    private static string NameOf(DialStatus status) => status switch
    {
        DialStatus.Dialed => "OK",
        DialStatus.DialError => "E_DIAL_ERROR",
        DialStatus.DialBackError => "E_DIAL_BACK_ERROR",
        _ => "UNUSED",
    };

    private static string VersionOf(Multiaddress? address) => address is { IsEmpty: false } ? address.Components[0].Protocol : "unknown";

    private static string TransportOf(Multiaddress? address) =>
        address is null ? "unknown" : address.Has("wss") || (address.Has("ws") && address.Has("tls")) ? "wss" : address.Has("ws") ? "websocket" : address.Has("tcp") ? "tcp" : "unknown";
}
