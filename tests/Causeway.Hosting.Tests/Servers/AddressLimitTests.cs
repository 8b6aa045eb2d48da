using System.Net;
using System.Net.Sockets;
using Causeway.Hosting.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Hosting.Tests.Servers;

public sealed class AddressLimitTests
{
    [Fact]
    public async Task Silent_connections_of_one_address_do_not_take_more_than_their_share()
    {
        await using var server = await StartAsync(isExempt: false);
        using var first = await ConnectAsync(server);
        using var second = await ConnectAsync(server);
        await GetAsync(first);
        await GetAsync(second);
        using var third = await ConnectAsync(server);
        Assert.Equal(0, await ReadAsync(third));
        first.Dispose();
        while (true)
        {
            // The server learns of the end when it reads it.
            using var fourth = await ConnectAsync(server);
            if (await GetAsync(fourth) > 0) break;
        }
    }

    [Fact]
    public async Task Proxies_are_not_counted()
    {
        await using var server = await StartAsync(isExempt: true);
        var connections = new List<Socket>();
        for (var i = 0; i < 5; i++)
        {
            connections.Add(await ConnectAsync(server));
            Assert.True(await GetAsync(connections[^1]) > 0);
        }

        connections.ForEach(c => c.Dispose());
    }

    private static Task<LocalServer> StartAsync(bool isExempt) => LocalServer.StartAsync(
        new LocalServerOptions { Addresses = [IPAddress.Loopback], Port = 0, MaxConnectionsPerAddress = 2, IsUncounted = _ => isExempt },
        app => app.Run(context => context.Response.WriteAsync("hello")),
        NullLoggerFactory.Instance,
        TestContext.Current.CancellationToken);

    private static async Task<Socket> ConnectAsync(LocalServer server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Port, TestContext.Current.CancellationToken);
        return socket;
    }

    private static async Task<int> GetAsync(Socket socket)
    {
        try
        {
            await socket.SendAsync("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        }
        catch (SocketException)
        {
            return 0;
        }

        return await ReadAsync(socket);
    }

    private static async Task<int> ReadAsync(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[4096], TestContext.Current.CancellationToken);
        }
        catch (SocketException)
        {
            return 0;
        }
    }
}
