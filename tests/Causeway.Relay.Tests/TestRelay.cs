using System.Net;
using Causeway.Cryptography.Hybrid;
using Causeway.Hosting.Health;
using Causeway.Hosting.Metrics;
using Causeway.Hosting.Servers;
using Causeway.Hosting.Tls;
using Causeway.Relay.Admission;
using Causeway.Tunnel.Protocol.Relaying;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Relay.Tests;

/// <summary>A relay in this process, on a port of its own.</summary>
internal sealed class TestRelay : IAsyncDisposable
{
    // Making one takes a moment; all tests may share the relay's.
    public static readonly HybridSigningKey Key = HybridSigningKey.Generate();

    private readonly PrometheusMetrics _metrics = new();

    private TestRelay(RelayEndpoint endpoint) => Endpoint = endpoint;

    public RelayEndpoint Endpoint { get; }

    public LocalServer Server { get; private set; } = null!;

    public RelayUrl Url { get; private set; } = null!;

    /// <summary>
    /// One that ends before the test, and comes again with <see cref="StartAsync"/> on its port: one below those that the system gives to connections, which could
    /// take it in between (ip_local_port_range: 32768 and upwards).
    /// </summary>
    public static Task<TestRelay> StartToComeAgainAsync(RelayOptions? options = null) => StartAsync(options, port: null);

    /// <summary>One on a port: 0 for any, null for the first free one from somewhere between 20 000 and 30 000 on.</summary>
    public static async Task<TestRelay> StartAsync(
        RelayOptions? options = null, ServerCertificate? certificate = null, AllowList? allowed = null, TimeProvider? time = null, int? port = 0, HybridSigningKey? key = null)
    {
        var relay = new TestRelay(new RelayEndpoint(key ?? Key, options ?? new RelayOptions(), NullLoggerFactory.Instance, allowed, time));
        relay.Server = await LocalServer.StartAsync(
            new LocalServerOptions { Addresses = [IPAddress.Loopback], Port = port, FirstPort = Random.Shared.Next(20_000, 30_000), PortsToTry = 1000, Certificate = certificate, BlockSize = 65_536 },
            app =>
            {
                app.UseHealth(() => relay.Endpoint.NotReady);
                app.UseMetrics(relay._metrics);
                relay.Endpoint.Use(app);
            },
            NullLoggerFactory.Instance);
        relay.Url = new RelayUrl("127.0.0.1", relay.Server.Port, certificate is not null)
        {
            RelayId = relay.Endpoint.RelayId,
            CertificateHash = certificate is null ? null : RelayUrl.HashText(certificate.Sha256Hash),
        };
        return relay;
    }

    public async ValueTask DisposeAsync()
    {
        await Endpoint.DisposeAsync();
        await Server.DisposeAsync();
        _metrics.Dispose();
    }
}
