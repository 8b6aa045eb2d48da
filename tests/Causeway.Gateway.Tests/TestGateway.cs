using System.Net;
using System.Net.WebSockets;
using Causeway.Gateway.Files;
using Causeway.Gateway.Peers;
using Causeway.Gateway.Tests.Fakes;
using Causeway.Hosting.Access;
using Causeway.Hosting.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Gateway.Tests;

/// <summary>A gateway behind a real Kestrel on a loopback port of the system's choice.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private readonly LocalServer _server;
    private readonly List<TestPage> _pages = [];

    private TestGateway(LocalServer server, GatewayEndpoint endpoint, IPeerFactory factory)
    {
        _server = server;
        Endpoint = endpoint;
        Factory = factory;
    }

    public GatewayEndpoint Endpoint { get; }

    public IPeerFactory Factory { get; }

    /// <summary>The factory, when the gateway runs on fakes.</summary>
    public FakePeerFactory Fakes => (FakePeerFactory)Factory;

    public int Port => _server.Port;

    public Uri Address => new($"ws://127.0.0.1:{Port}/ws");

    /// <summary>Starts one; without a factory on a fake network of its own.</summary>
    public static async Task<TestGateway> StartAsync(
        IPeerFactory? factory = null, GatewayOptions? options = null, OriginPolicy? origins = null, LaunchToken? token = null, TimeProvider? time = null,
        GatewayFiles? files = null)
    {
        factory ??= new FakePeerFactory(new FakeNetwork());
        var endpoint = new GatewayEndpoint(factory, options ?? new(), origins ?? new(), token, NullLoggerFactory.Instance, time, files);
        var server = await LocalServer.StartAsync(
            new LocalServerOptions { Addresses = [IPAddress.Loopback], Port = 0 }, endpoint.Use, NullLoggerFactory.Instance);
        return new TestGateway(server, endpoint, factory);
    }

    /// <summary>A page that has not asked for its peer.</summary>
    public async Task<TestPage> ConnectAsync(Action<ClientWebSocketOptions>? configure = null, Uri? address = null)
    {
        var page = await TestPage.ConnectAsync(address ?? Address, configure);
        lock (_pages) _pages.Add(page);
        return page;
    }

    /// <summary>What an HTTP client asks.</summary>
    public Uri Http(string path) => new($"http://127.0.0.1:{Port}{path}");

    /// <summary>A page with its peer.</summary>
    public async Task<TestPage> OpenAsync(string? key = null)
    {
        var page = await ConnectAsync();
        await page.CreatePeerAsync(key);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var page in _pages) page.Dispose();
        await Endpoint.DisposeAsync();
        await _server.DisposeAsync();
    }
}
