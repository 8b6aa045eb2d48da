using System.Net;
using System.Net.Sockets;
using Causeway.Libp2p.Security.PrivateNetworks;
using Causeway.Libp2p.Tests.Transports;
using Causeway.Libp2p.Transports;
using Causeway.Libp2p.Transports.Tcp;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Security.PrivateNetworks;

/// <summary>A protected connection does what every transport's does.</summary>
public sealed class PrivateConformanceTests : TransportConformance, IDisposable
{
    // Bound and never listened on: connecting is refused, and nobody else gets the port.
    private static readonly Socket Bound = BoundSocket();

    private readonly PreSharedKey _key = PreSharedKey.Generate();

    protected override Multiaddress ListenAddress => Multiaddress.Parse("/ip4/127.0.0.1/tcp/0");

    protected override Multiaddress NobodyListens => Multiaddress.FromTcp((IPEndPoint)Bound.LocalEndPoint!);

    public void Dispose() => _key.Dispose();

    protected override ITransport Create() => new PrivateTransport(new TcpTransport(), _key);

    private static Socket BoundSocket()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }
}
