using System.Diagnostics.Metrics;
using Causeway.Libp2p.Relay.Wire;

namespace Causeway.Libp2p.Relay.Hop;

/// <summary>Instruments of the relay service, named as in go-libp2p (<c>p2p/protocol/circuitv2/relay/metrics.go</c>).</summary>
internal static class RelayMetrics
{
    private static readonly UpDownCounter<int> Status =
        Libp2pMeter.Instance.CreateUpDownCounter<int>("libp2p_relaysvc_status", description: "Relay services that run.");

    private static readonly Counter<long> Reservations =
        Libp2pMeter.Instance.CreateCounter<long>("libp2p_relaysvc_reservations_total", description: "Reservations opened, renewed and closed.");

    private static readonly Counter<long> ReservationAnswers =
        Libp2pMeter.Instance.CreateCounter<long>("libp2p_relaysvc_reservation_request_response_status_total", description: "Answers to requests for reservations.");

    private static readonly Counter<long> ReservationRejections =
        Libp2pMeter.Instance.CreateCounter<long>("libp2p_relaysvc_reservation_rejections_total", description: "Refused reservations, by reason.");

    private static readonly Counter<long> Connections =
        Libp2pMeter.Instance.CreateCounter<long>("libp2p_relaysvc_connections_total", description: "Circuits opened and closed.");

    private static readonly Counter<long> ConnectionAnswers =
        Libp2pMeter.Instance.CreateCounter<long>("libp2p_relaysvc_connection_request_response_status_total", description: "Answers to requests for circuits.");

    private static readonly Counter<long> ConnectionRejections =
        Libp2pMeter.Instance.CreateCounter<long>("libp2p_relaysvc_connection_rejections_total", description: "Refused circuits, by reason.");

    private static readonly Histogram<double> ConnectionDuration =
        Libp2pMeter.Instance.CreateHistogram<double>("libp2p_relaysvc_connection_duration_seconds", "s", "How long circuits lasted.");

    private static readonly Counter<long> Bytes =
        Libp2pMeter.Instance.CreateCounter<long>("libp2p_relaysvc_data_transferred_bytes_total", "By", "Bytes relayed.");

    public static void Running(bool isRunning) => Status.Add(isRunning ? 1 : -1);

    public static void Reserved(bool renewed) => Reservations.Add(1, new KeyValuePair<string, object?>("type", renewed ? "renewed" : "opened"));

    public static void ReservationsClosed(int count)
    {
        if (count > 0) Reservations.Add(count, new KeyValuePair<string, object?>("type", "closed"));
    }

    public static void ReservationAnswered(RelayStatus status) => Answered(ReservationAnswers, ReservationRejections, status);

    public static void CircuitAnswered(RelayStatus status) => Answered(ConnectionAnswers, ConnectionRejections, status);

    public static void CircuitOpened() => Connections.Add(1, new KeyValuePair<string, object?>("type", "opened"));

    public static void CircuitClosed(TimeSpan lasted)
    {
        Connections.Add(1, new KeyValuePair<string, object?>("type", "closed"));
        ConnectionDuration.Record(lasted.TotalSeconds);
    }

    public static void Transferred(int bytes) => Bytes.Add(bytes);

    private static void Answered(Counter<long> answers, Counter<long> rejections, RelayStatus status)
    {
        var kind = status switch
        {
            RelayStatus.Ok => "ok",
            RelayStatus.ConnectionFailed or RelayStatus.UnexpectedMessage => "error",
            _ => "rejected",
        };
        answers.Add(1, new KeyValuePair<string, object?>("status", kind));
        if (kind == "rejected") rejections.Add(1, new KeyValuePair<string, object?>("reason", ReasonOf(status)));
    }

    private static string ReasonOf(RelayStatus status) => status switch
    {
        RelayStatus.ReservationRefused => "ip constraint violation",
        RelayStatus.ResourceLimitExceeded => "resource limit exceeded",
        RelayStatus.PermissionDenied => "permission denied",
        RelayStatus.NoReservation => "no reservation",
        RelayStatus.MalformedMessage => "malformed message",
        _ => "unknown",
    };
}
