using System.Net;
using System.Net.WebSockets;
using Causeway.Hosting.Access;

namespace Causeway.Gateway.Tests.Pages;

/// <summary>Who may open a WebSocket.</summary>
public sealed class AccessTests
{
    [Fact]
    public async Task A_client_without_an_origin_is_let_in()
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.OpenAsync();
    }

    [Fact]
    public async Task A_page_of_the_same_host_is_let_in()
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.ConnectAsync(o => o.SetRequestHeader("Origin", $"http://127.0.0.1:{gateway.Port}"));
    }

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("null")]
    [InlineData("nonsense")]
    public async Task A_page_of_another_origin_is_refused(string origin)
    {
        await using var gateway = await TestGateway.StartAsync();
        await AssertRefusedAsync(gateway, HttpStatusCode.Forbidden, o => o.SetRequestHeader("Origin", origin));
    }

    [Fact]
    public async Task An_allowed_origin_is_let_in()
    {
        await using var gateway = await TestGateway.StartAsync(origins: new OriginPolicy(["https://chat.example.org"]));
        await gateway.ConnectAsync(o => o.SetRequestHeader("Origin", "https://chat.example.org"));
        await AssertRefusedAsync(gateway, HttpStatusCode.Forbidden, o => o.SetRequestHeader("Origin", "http://chat.example.org"));
    }

    [Fact]
    public async Task A_foreign_name_that_points_here_is_refused_although_it_is_the_same_host()
    {
        await using var gateway = await TestGateway.StartAsync();
        await AssertRefusedAsync(gateway, HttpStatusCode.Forbidden, o =>
        {
            o.SetRequestHeader("Host", $"rebound.example:{gateway.Port}");
            o.SetRequestHeader("Origin", $"http://rebound.example:{gateway.Port}");
        });
    }

    [Fact]
    public async Task Without_the_launch_token_a_page_is_refused_and_with_it_let_in()
    {
        var token = LaunchToken.Create();
        await using var gateway = await TestGateway.StartAsync(token: token);
        await AssertRefusedAsync(gateway, HttpStatusCode.Unauthorized, _ => { });
        await AssertRefusedAsync(gateway, HttpStatusCode.Unauthorized, o => o.SetRequestHeader("Authorization", "Bearer " + token.Value + "x"));
        await gateway.ConnectAsync(o => o.SetRequestHeader("Authorization", "Bearer " + token.Value));
        await AssertRefusedAsync(gateway, HttpStatusCode.Unauthorized, _ => { }, new Uri($"{gateway.Address}?token={token.Value}"));
    }

    [Fact]
    public async Task Logging_in_sets_a_cookie_that_admits_the_page()
    {
        var token = LaunchToken.Create();
        await using var gateway = await TestGateway.StartAsync(token: token);
        var cookies = new CookieContainer();
        using var http = new HttpClient(new HttpClientHandler { CookieContainer = cookies, AllowAutoRedirect = false });
        var site = new Uri($"http://127.0.0.1:{gateway.Port}/");
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync(new Uri(site, $"?token={token.Value}"))).StatusCode);
        Assert.Equal(0, cookies.Count);
        Assert.Equal(HttpStatusCode.NoContent, (await http.PostAsync(new Uri(site, "/login"), new StringContent(token.Value))).StatusCode);
        await gateway.ConnectAsync(o => o.Cookies = cookies);
    }

    [Fact]
    public async Task More_pages_than_allowed_are_refused()
    {
        await using var gateway = await TestGateway.StartAsync(options: new() { MaxPages = 1 });
        await gateway.OpenAsync();
        await AssertRefusedAsync(gateway, HttpStatusCode.ServiceUnavailable, _ => { });
    }

    [Fact]
    public async Task A_plain_request_is_told_that_this_is_for_WebSockets()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var http = new HttpClient();
        var response = await http.GetAsync(new Uri($"http://127.0.0.1:{gateway.Port}/ws"));
        Assert.Equal(HttpStatusCode.UpgradeRequired, response.StatusCode);
    }

    private static async Task AssertRefusedAsync(TestGateway gateway, HttpStatusCode status, Action<ClientWebSocketOptions> configure, Uri? address = null)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        configure(socket.Options);
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(address ?? gateway.Address, CancellationToken.None));
        Assert.Equal(status, socket.HttpStatusCode);
    }
}
