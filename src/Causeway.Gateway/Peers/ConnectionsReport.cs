using Causeway.Gateway.Protocol;
using Causeway.Libp2p;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Security;
using Causeway.Multiformats;

namespace Causeway.Gateway.Peers;

/// <summary>Makes the answer to <c>connections</c>.</summary>
internal static class ConnectionsReport
{
    // Last part that names a transport wins: /ip4/…/tcp/…/ws is a WebSocket, …/p2p-circuit a relayed path.
    private static readonly (string Protocol, string Transport)[] Transports =
    [
        ("p2p-circuit", "circuit"), ("webrtc", "webrtc"), ("webrtc-direct", "webrtc"), ("webtransport", "webtransport"), ("wss", "ws"), ("ws", "ws"),
        ("quic-v1", "quic"), ("memory", "memory"), ("tcp", "tcp"),
    ];

    /// <summary>How long a report waits for the first measurement of a connection's round-trip time; a peer that takes longer is reported without.</summary>
    public static readonly TimeSpan MeasureTimeout = TimeSpan.FromMilliseconds(500);

    /// <summary>Measures the round-trip times that are not known yet. Muxers measure by themselves, but only every half minute.</summary>
    /// <exception cref="OperationCanceledException">The caller has gone.</exception>
    public static async Task MeasureAsync(IHost host, TimeProvider time, CancellationToken cancellationToken)
    {
        var unknown = host.Connections.All.Where(c => c.RoundTripTime is null).ToList();
        if (unknown.Count == 0) return;
        using var timeout = new CancellationTokenSource(MeasureTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        await Task.WhenAll(unknown.Select(c => MeasureAsync(c, either.Token)));
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>What a host is connected to.</summary>
    public static ConnectionsBody For(IHost host) => new(
        [.. host.Addresses.Select(a => a.WithPeerId(host.Id).ToString())],
        [.. host.Protocols],
        [.. host.Connections.All.OrderBy(c => c.OpenedAt).Select(c => Describe(host, c))]);

    /// <summary>The name of an address's transport.</summary>
    public static string TransportOf(Multiaddress address)
    {
        foreach (var (protocol, transport) in Transports)
        {
            if (address.Has(protocol)) return transport;
        }

        return "unknown";
    }

    private static async Task MeasureAsync(IConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await connection.MeasureRoundTripAsync(cancellationToken);
        }
        catch (Exception e) when (e is OperationCanceledException or Libp2pException)
        {
            // Too slow, or just ended: the report says so.
        }
    }

    private static ConnectionBody Describe(IHost host, IConnection connection)
    {
        var info = host.Peers.InfoOf(connection.RemotePeer);
        return new ConnectionBody(
            connection.RemotePeer.ToString(),
            connection.RemoteAddress.ToString(),
            TransportOf(connection.RemoteAddress),
            connection.Role == ConnectionRole.Initiator ? "outbound" : "inbound",
            connection.RoundTripTime?.TotalMilliseconds,
            connection.Security,
            connection.Muxer,
            info?.ProtocolVersion,
            info?.AgentVersion,
            [.. host.Peers.ProtocolsOf(connection.RemotePeer)],
            connection.IsLimited,
            connection.StreamCount,
            connection.OpenedAt);
    }
}
