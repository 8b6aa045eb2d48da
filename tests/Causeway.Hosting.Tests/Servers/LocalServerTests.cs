using System.Net;
using System.Net.Sockets;
using Causeway.Hosting.Health;
using Causeway.Hosting.Lifecycle;
using Causeway.Hosting.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Hosting.Tests.Servers;

public sealed class LocalServerTests
{
    [Fact]
    public async Task The_first_free_port_is_taken()
    {
        using var taken = Listener();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        if (port > 65_000) Assert.Skip("The system gave a port without room after it.");
        await using var server = await StartAsync(new() { Addresses = [IPAddress.Loopback], FirstPort = port, PortsToTry = 100 });
        Assert.InRange(server.Port, port + 1, port + 99);
        Assert.Equal($"http://localhost:{server.Port}/", server.Url.ToString());
    }

    [Fact]
    public async Task A_port_that_is_in_use_is_explained()
    {
        using var taken = Listener();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var error = await Assert.ThrowsAsync<UserErrorException>(() => StartAsync(new() { Addresses = [IPAddress.Loopback], Port = port }));
        Assert.Equal(ExitCode.CannotListen, error.ExitCode);
        Assert.Contains($"port {port} is in use", error.Message);
    }

    [Fact]
    public async Task When_every_port_is_in_use_the_range_is_named()
    {
        using var taken = Listener();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var error = await Assert.ThrowsAsync<UserErrorException>(() => StartAsync(new() { Addresses = [IPAddress.Loopback], FirstPort = port, PortsToTry = 1 }));
        Assert.Contains($"{port} to {port}", error.Message);
    }

    [Fact]
    public async Task An_address_that_is_not_this_machines_is_explained()
    {
        // TEST-NET-1 (RFC 5737): nobody has it.
        var error = await Assert.ThrowsAsync<UserErrorException>(() => StartAsync(new() { Addresses = [IPAddress.Parse("192.0.2.1")], Port = 0 }));
        Assert.Equal(ExitCode.CannotListen, error.ExitCode);
    }

    [Theory]
    [InlineData("127.0.0.2", "http://127.0.0.2:")]
    [InlineData("127.0.0.2 127.0.0.1", "http://localhost:")]
    public async Task The_printed_address_is_one_that_answers(string addresses, string start)
    {
        await using var server = await StartAsync(new() { Addresses = [.. addresses.Split(' ').Select(IPAddress.Parse)], FirstPort = 20_000, PortsToTry = 1000 });
        Assert.StartsWith(start, server.Url.ToString());
        using var client = new HttpClient();
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(server.Url)).StatusCode);
    }

    [Fact]
    public async Task Without_addresses_only_loopback_is_listened_on()
    {
        await using var server = await StartAsync(new() { Port = 0 });
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Port);
        var outside = Dns.GetHostAddresses(Dns.GetHostName()).FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(a));
        if (outside is null) return;
        using var other = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() => other.ConnectAsync(outside, server.Port));
    }

    [Fact]
    public async Task Health_is_told_and_readiness_with_its_reason()
    {
        string? problem = "still \"starting\"";
        await using var server = await TestServer.StartAsync(app => app.UseHealth(() => problem));
        Assert.Equal("""{"status":"ok"}""", await server.Client.GetStringAsync(new Uri("/healthz", UriKind.Relative)));
        var notReady = await server.Client.GetAsync(new Uri("/readyz", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, notReady.StatusCode);
        Assert.Contains("starting", await notReady.Content.ReadAsStringAsync());
        problem = null;
        Assert.Equal("""{"status":"ok"}""", await server.Client.GetStringAsync(new Uri("/readyz", UriKind.Relative)));
    }

    [Theory]
    [InlineData(-1, 10_000, 100)]
    [InlineData(65_536, 10_000, 100)]
    [InlineData(null, 0, 100)]
    [InlineData(null, 65_500, 100)]
    [InlineData(null, 10_000, 0)]
    public void Options_out_of_range_are_refused(int? port, int first, int count)
        => Assert.Throws<ArgumentOutOfRangeException>(() => new LocalServerOptions { Port = port, FirstPort = first, PortsToTry = count }.Validate());

    [Theory]
    [InlineData(4096, 3000, HttpStatusCode.NotFound)]
    [InlineData(4096, 5000, HttpStatusCode.RequestHeaderFieldsTooLarge)]
    [InlineData(2_000_000, 1_500_000, HttpStatusCode.NotFound)]
    public async Task Headers_have_room_as_the_options_say(int room, int length, HttpStatusCode expected)
    {
        await using var server = await StartAsync(new LocalServerOptions { Addresses = [IPAddress.Loopback], Port = 0, MaxHeaderBytes = room });
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{server.Port}/"));
        request.Headers.Add("X-Long", new string('x', length));
        using var answer = await http.SendAsync(request);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public void Options_out_of_their_range_are_refused()
    {
        foreach (var options in new LocalServerOptions[]
        {
            new() { MaxHeaderBytes = 4095 }, new() { HeaderTimeout = TimeSpan.Zero }, new() { IdleTimeout = TimeSpan.Zero }, new() { WriteBufferSize = -1 },
        }) Assert.Throws<ArgumentOutOfRangeException>(options.Validate);
    }

    private static Task<LocalServer> StartAsync(LocalServerOptions options) => LocalServer.StartAsync(options, _ => { }, NullLoggerFactory.Instance);

    private static TcpListener Listener()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }
}
