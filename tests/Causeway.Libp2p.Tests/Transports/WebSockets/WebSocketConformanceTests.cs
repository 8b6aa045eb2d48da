using System.Net;
using System.Net.Sockets;
using Causeway.Libp2p.Transports;
using Causeway.Libp2p.Transports.WebSockets;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Transports.WebSockets;

/// <summary>WebSockets do what every transport does.</summary>
public sealed class WebSocketConformanceTests : TransportConformance
{
    // Bound and never listened on: connecting is refused, and nobody else gets the port.
    private static readonly Socket Bound = BoundSocket();

    internal static Multiaddress Nobody => WebSocketAddress.Of((IPEndPoint)Bound.LocalEndPoint!, isSecure: false);

    internal static string[] ForeignAddresses =>
        ["/ip4/127.0.0.1/udp/1", "/ip4/127.0.0.1/tcp/1", "/ip4/127.0.0.1/udp/1/quic-v1", "/dns4/example.org/tcp/1/ws", "/ip4/127.0.0.1/tcp/1/tls", "/ip4/127.0.0.1/tcp/1/ws/p2p-circuit"];

    protected override Multiaddress ListenAddress => Multiaddress.Parse("/ip4/127.0.0.1/tcp/0/ws");

    protected override Multiaddress NobodyListens => Nobody;

    protected override string[] Foreign => ForeignAddresses;

    protected override ITransport Create() => new WebSocketTransport();

    private static Socket BoundSocket()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }
}
