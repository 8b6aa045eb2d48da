using System.Net;
using Causeway.Hosting.Servers;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Ping;
using Causeway.Libp2p.Transports.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Transports.WebSockets;

public sealed class WebSocketListenerTests
{
    [Fact]
    public async Task A_host_shares_a_port_with_a_server_that_serves_pages_too()
    {
        await using var shared = await SharedServer.StartAsync();
        await using var host = new HostBuilder().UseWebSockets(new WebSocketTransportOptions { Mounted = [shared.Listener] }).Listen(shared.Listener.Address).Build();
        await host.StartAsync(Patience);
        await using var other = new HostBuilder().UseWebSockets().Build();
        await other.StartAsync(Patience);
        var address = Assert.Single(host.Addresses);
        Assert.Equal(shared.Listener.Address, address);
        await other.ConnectAsync(address.WithPeerId(host.Id), Patience);
        Assert.True(await new PingService(other).PingAsync(host.Id, Patience) > TimeSpan.Zero);
        using var http = new HttpClient();
        Assert.Equal("a page", await http.GetStringAsync(shared.Url, Patience));
    }

    [Fact]
    public async Task Requests_are_refused_until_a_host_listens_and_after_it_has_stopped()
    {
        await using var shared = await SharedServer.StartAsync();
        Assert.StartsWith("HTTP/1.1 503", await StatusAsync(shared));
        var transport = new WebSocketTransport(new WebSocketTransportOptions { Mounted = [shared.Listener] });
        var listener = await transport.ListenAsync(shared.Listener.Address, Patience);
        Assert.StartsWith("HTTP/1.1 101", await StatusAsync(shared));
        await Assert.ThrowsAsync<Libp2pException>(() => transport.ListenAsync(shared.Listener.Address, Patience).AsTask());
        await listener.DisposeAsync();
        Assert.StartsWith("HTTP/1.1 503", await StatusAsync(shared));
        await shared.Listener.WhenEmpty.WaitAsync(Patience);
    }

    [Fact]
    public async Task Either_spelling_of_its_address_is_the_listener()
    {
        var listener = new WebSocketListener(Address("/ip4/127.0.0.1/tcp/443/wss"));
        var transport = new WebSocketTransport(new WebSocketTransportOptions { Mounted = [listener] });
        Assert.Same(listener, await transport.ListenAsync(Address("/ip4/127.0.0.1/tcp/443/tls/ws"), Patience));
    }

    [Theory]
    [InlineData(new string[0], "https://anywhere.example", "101")]
    [InlineData(new[] { "https://chat.example" }, "https://chat.example", "101")]
    [InlineData(new[] { "https://chat.example" }, "https://evil.example", "403")]
    [InlineData(new[] { "https://chat.example" }, "null", "403")]
    [InlineData(new[] { "https://chat.example" }, null, "101")]
    public async Task Only_pages_of_allowed_origins_may_connect(string[] allowed, string? origin, string status)
    {
        var transport = new WebSocketTransport(new WebSocketTransportOptions { AllowedOrigins = allowed });
        await using var listener = await transport.ListenAsync(Address("/ip4/127.0.0.1/tcp/0/ws"), Patience);
        var (client, answer) = await RawClient.RequestAsync(listener.Address, origin is null ? [] : [$"Origin: {origin}"]);
        client.Dispose();
        Assert.StartsWith($"HTTP/1.1 {status}", answer);
    }

    [Theory]
    [InlineData("127.0.0.0/8", "X-Forwarded-For: 203.0.113.9", "X-Forwarded-Proto: https", "/ip4/203.0.113.9/tcp/0/tls/ws")]
    [InlineData("127.0.0.0/8", "X-Forwarded-For: 198.51.100.1, 2001:db8::9", "X-Forwarded-Proto: http", "/ip6/2001:db8::9/tcp/0/ws")]
    [InlineData("10.0.0.0/8", "X-Forwarded-For: 203.0.113.9", "X-Forwarded-Proto: https", null)]
    public async Task Only_a_trusted_proxy_is_believed_where_a_connection_comes_from(string trusted, string forwardedFor, string proto, string? expected)
    {
        var transport = new WebSocketTransport(new WebSocketTransportOptions { TrustedProxies = [IPNetwork.Parse(trusted)] });
        await using var listener = await transport.ListenAsync(Address("/ip4/127.0.0.1/tcp/0/ws"), Patience);
        using var client = await RawClient.ConnectAsync(listener.Address, forwardedFor, proto);
        await using var accepted = await listener.AcceptAsync(Patience);
        if (expected is not null) Assert.Equal(Address(expected), accepted!.RemoteAddress);
        else Assert.True(accepted!.RemoteAddress.IsLoopback && !accepted.RemoteAddress.Has("tls"));
    }

    [Fact]
    public async Task More_connections_than_allowed_are_refused()
    {
        await using var shared = await SharedServer.StartAsync(new WebSocketTransportOptions { MaxConnections = 1 });
        await using var listener = await new WebSocketTransport(new WebSocketTransportOptions { Mounted = [shared.Listener] }).ListenAsync(shared.Listener.Address, Patience);
        using var first = await RawClient.ConnectAsync(listener.Address);
        Assert.StartsWith("HTTP/1.1 503", await StatusAsync(shared));
        await using (var accepted = await listener.AcceptAsync(Patience)) accepted!.Abort();
        await Eventually.HoldsAsync(() => shared.Listener.Connections == 0);
        Assert.StartsWith("HTTP/1.1 101", await StatusAsync(shared));
    }

    [Fact]
    public async Task A_request_for_a_page_is_told_what_is_here()
    {
        await using var listener = await new WebSocketTransport().ListenAsync(Address("/ip4/127.0.0.1/tcp/0/ws"), Patience);
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{listener.Address.ValueOf("tcp")}/"), Patience);
        Assert.Equal(HttpStatusCode.UpgradeRequired, answer.StatusCode);
    }

    private static async Task<string> StatusAsync(SharedServer shared)
    {
        var (client, status) = await RawClient.RequestAsync(shared.Listener.Address);
        client.Dispose();
        return status;
    }

    private sealed class SharedServer(LocalServer server, WebSocketListener listener) : IAsyncDisposable
    {
        public WebSocketListener Listener => listener;

        public Uri Url => new($"http://127.0.0.1:{server.Port}/");

        public static async Task<SharedServer> StartAsync(WebSocketTransportOptions? options = null)
        {
            WebSocketListener? listener = null;
            var server = await LocalServer.StartAsync(
                new LocalServerOptions { Addresses = [IPAddress.Loopback], Port = 0 },
                app =>
                {
                    app.UseWebSockets(WebSocketListener.Settings);
                    app.Run(context => context.WebSockets.IsWebSocketRequest ? listener!.AcceptAsync(context) : context.Response.WriteAsync("a page"));
                },
                NullLoggerFactory.Instance,
                Patience);
            listener = new WebSocketListener(Address($"/ip4/127.0.0.1/tcp/{server.Port}/ws"), options);
            return new SharedServer(server, listener);
        }

        public async ValueTask DisposeAsync()
        {
            await listener.DisposeAsync();
            await server.DisposeAsync();
        }
    }
}
