using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Causeway.Gateway;
using Causeway.Gateway.Peers;
using Causeway.Hosting.Access;
using Causeway.Hosting.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Cli.Gateway;

/// <summary>
/// Runs what a first page does once, with two pages of our own on a gateway that nobody else can reach: .NET compiles code when it is first used, and a first
/// page would wait a few hundred milliseconds for its peer instead of one. The browser takes longer to start than this.
/// </summary>
internal static class Warmup
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Runs it. Never throws: it is only a help.</summary>
    public static async Task RunAsync(CancellationToken stop)
    {
        try
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stop);
            timeout.CancelAfter(Patience);
            await ChatAsync(timeout.Token);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The first page finds out by itself.
        }
    }

    private static async Task ChatAsync(CancellationToken cancellationToken)
    {
        var token = LaunchToken.Create();
        await using var peers = new Libp2pPeerFactory(new PeerNetworkOptions { Listen = [], Mdns = false }, NullLoggerFactory.Instance);
        await using var gateway = new GatewayEndpoint(peers, new GatewayOptions(), new OriginPolicy(), token, NullLoggerFactory.Instance);
        await using var server = await LocalServer.StartAsync(
            new LocalServerOptions { Addresses = [IPAddress.Loopback], Port = 0 }, gateway.Use, NullLoggerFactory.Instance, cancellationToken);
        var address = new Uri($"ws://127.0.0.1:{server.Port}{GatewayEndpoint.Path}");
        using var one = new ClientWebSocket();
        using var other = new ClientWebSocket();
        foreach (var page in new[] { one, other }) page.Options.SetRequestHeader("Authorization", "Bearer " + token.Value);
        await one.ConnectAsync(address, cancellationToken);
        await other.ConnectAsync(address, cancellationToken);
        await AskAsync(one, "peer", "{}", cancellationToken);
        var peer = await AskAsync(other, "peer", "{}", cancellationToken);
        foreach (var page in new[] { one, other })
        {
            await AskAsync(page, "start", """{"protocol":"/warmup"}""", cancellationToken);
            await AskAsync(page, "subscribe", """{"topic":"warmup"}""", cancellationToken);
        }

        var id = peer.GetProperty("result").GetProperty("peerid").GetString();
        await AskAsync(one, "publish", """{"topic":"warmup","data":1}""", cancellationToken);
        await AskAsync(one, "listpeers", """{"topic":"warmup"}""", cancellationToken);
        await AskAsync(one, "send", $$"""{"peer":"{{id}}","protocol":"/warmup","data":1,"ack":0}""", cancellationToken);
        while (!(await ReadAsync(one, cancellationToken)).GetProperty("method").ValueEquals("ack"))
        {
        }
    }

    private static async Task<JsonElement> AskAsync(ClientWebSocket page, string method, string parameters, CancellationToken cancellationToken)
    {
        var request = $$"""{"requestid":0,"method":"{{method}}","params":{{parameters}},"isresponse":false}""";
        await page.SendAsync(Encoding.UTF8.GetBytes(request), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        while (true)
        {
            var message = await ReadAsync(page, cancellationToken);
            if (message.GetProperty("isresponse").GetBoolean()) return message;
        }
    }

    private static async Task<JsonElement> ReadAsync(ClientWebSocket page, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        var part = await page.ReceiveAsync(buffer.AsMemory(), cancellationToken);
        using var document = JsonDocument.Parse(buffer.AsMemory(0, part.Count));
        return document.RootElement.Clone();
    }
}
