using System.Net;
using Causeway.Hosting.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Hosting.Tests;

/// <summary>A real server on a loopback port of the system's choice, and a client for it.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly LocalServer _server;

    private TestServer(LocalServer server)
    {
        _server = server;
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri($"http://127.0.0.1:{server.Port}/") };
    }

    public HttpClient Client { get; }

    public int Port => _server.Port;

    public static async Task<TestServer> StartAsync(Action<IApplicationBuilder> configure)
        => new(await LocalServer.StartAsync(new LocalServerOptions { Addresses = [IPAddress.Loopback], Port = 0 }, configure, NullLoggerFactory.Instance));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
    }
}
