using System.Diagnostics;
using System.Diagnostics.Metrics;
using Causeway.Libp2p.Security;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Connections;

/// <summary>Instruments of connections and dialing, named as in go-libp2p (<c>p2p/net/swarm/swarm_metrics.go</c>).</summary>
internal static class SwarmMetrics
{
    private static readonly Counter<long> OpenedTotal =
        Libp2pMeter.Instance.CreateCounter<long>("libp2p_swarm_connections_opened_total", description: "Connections opened.");

    private static readonly Counter<long> ClosedTotal =
        Libp2pMeter.Instance.CreateCounter<long>("libp2p_swarm_connections_closed_total", description: "Connections closed.");

    private static readonly Counter<long> KeyTypesTotal =
        Libp2pMeter.Instance.CreateCounter<long>("libp2p_swarm_key_types_total", description: "Connections opened, by the type of the other end's key.");

    private static readonly Counter<long> DialErrorsTotal =
        Libp2pMeter.Instance.CreateCounter<long>("libp2p_swarm_dial_errors_total", description: "Failed attempts, by transport and kind of error.");

    private static readonly Histogram<double> ConnectionDuration =
        Libp2pMeter.Instance.CreateHistogram<double>("libp2p_swarm_connection_duration_seconds", "s", "How long connections lasted.");

    private static readonly Histogram<double> HandshakeLatency =
        Libp2pMeter.Instance.CreateHistogram<double>("libp2p_swarm_handshake_latency_seconds", "s", "Security and muxer negotiation.");

    private static readonly Counter<long> DialsPerPeer =
        Libp2pMeter.Instance.CreateCounter<long>("libp2p_swarm_dials_per_peer_total", description: "Dials of peers, by number of addresses tried and outcome.");

    private static readonly Histogram<double> DialLatency =
        Libp2pMeter.Instance.CreateHistogram<double>("libp2p_swarm_dial_latency_seconds", "s", "Dials of peers, from the first attempt to the connection.");

    public static bool HasHandshakeListener => HandshakeLatency.Enabled;

    public static void Opened(Connection connection)
    {
        if (OpenedTotal.Enabled) OpenedTotal.Add(1, TagsOf(connection));
        if (KeyTypesTotal.Enabled)
            KeyTypesTotal.Add(1, new("dir", DirectionOf(connection)), new("key_type", connection.RemoteKey.Type.ToString().ToLowerInvariant()));
    }

    public static void Closed(Connection connection, TimeSpan lasted)
    {
        if (ClosedTotal.Enabled) ClosedTotal.Add(1, TagsOf(connection));
        if (ConnectionDuration.Enabled) ConnectionDuration.Record(lasted.TotalSeconds, TagsOf(connection));
    }

    public static void HandshakeDone(UpgradedConnection upgraded, TimeSpan took)
    {
        if (!HandshakeLatency.Enabled) return;
        HandshakeLatency.Record(
            took.TotalSeconds, new("transport", TransportOf(upgraded.Transport.RemoteAddress)), new("security", upgraded.SecurityProtocol), new("muxer", upgraded.MuxerProtocol));
    }

    public static void DialFailed(Multiaddress address, Exception error)
    {
        if (!DialErrorsTotal.Enabled) return;
        var kind = error is Libp2pException known ? known.Error.ToString() : error is OperationCanceledException ? "Cancelled" : "Other";
        DialErrorsTotal.Add(1, new("transport", TransportOf(address)), new("error", kind), new("ip_version", IpVersionOf(address)));
    }

    public static void DialEnded(bool succeeded, int addresses, TimeSpan took)
    {
        if (DialsPerPeer.Enabled) DialsPerPeer.Add(1, new("outcome", succeeded ? "success" : "failed"), new("num_dials", addresses > 5 ? "6+" : addresses.ToString()));
        if (DialLatency.Enabled) DialLatency.Record(took.TotalSeconds, new("outcome", succeeded ? "success" : "failed"), new("num_dials", addresses > 5 ? "6+" : addresses.ToString()));
    }

    private static TagList TagsOf(Connection connection) => new()
    {
        { "dir", DirectionOf(connection) },
        { "transport", TransportOf(connection.RemoteAddress) },
        { "security", connection.Security },
        { "early_muxer", connection.HasEarlyMuxer },
        { "muxer", connection.Muxer },
        { "ip_version", IpVersionOf(connection.RemoteAddress) },
    };

    private static string DirectionOf(Connection connection) => connection.Role == ConnectionRole.Initiator ? "outbound" : "inbound";

    private static string TransportOf(Multiaddress address) =>
        address.Has("p2p-circuit") ? "p2p-circuit" : address.Has("wss") ? "wss" : address.Has("ws") ? "websocket" : address.Has("tcp") ? "tcp" : address.Components[0].Protocol;

    private static string IpVersionOf(Multiaddress address) => address.Has("ip4") ? "ip4" : address.Has("ip6") ? "ip6" : "unknown";
}
