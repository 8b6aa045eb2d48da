using Causeway.Libp2p.Transports;
using Causeway.Libp2p.Transports.WebSockets;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Transports.WebSockets;

/// <summary>The same over TLS.</summary>
public sealed class SecureWebSocketConformanceTests : TransportConformance, IDisposable
{
    private readonly TestCertificate _certificate = new();

    protected override Multiaddress ListenAddress => Multiaddress.Parse("/ip4/127.0.0.1/tcp/0/tls/ws");

    protected override Multiaddress NobodyListens => WebSocketConformanceTests.Nobody;

    protected override string[] Foreign => WebSocketConformanceTests.ForeignAddresses;

    public void Dispose() => _certificate.Dispose();

    protected override ITransport Create() => new WebSocketTransport(new WebSocketTransportOptions
    {
        Certificate = _certificate.Server,
        ValidateCertificate = (_, certificate, _, _) => _certificate.Is(certificate),
    });
}
