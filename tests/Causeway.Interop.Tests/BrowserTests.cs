namespace Causeway.Interop.Tests;

/// <summary>js-libp2p in web pages, with the real <c>causeway node</c> as their relay.</summary>
public sealed class BrowserTests
{
    private const int Bulk = 1024 * 1024;

    // Of the 128 KiB that the node relays in each direction, the handshake takes some.
    private const int WithinLimit = 100_000;

    [Fact]
    public async Task Pages_reach_each_other_through_a_node_and_by_WebRTC_without_it()
    {
        await using var browser = await Browser.StartAsync();
        await using var node = await NodeProcess.StartAsync();
        var waiting = await browser.OpenAsync("waiting");
        var dialing = await browser.OpenAsync("dialing");

        // A place at the node, which tells both its addresses; pages can dial the WebSocket's.
        var addresses = (await waiting.AskAsync("reserve", new { address = node.WebSocketAddress }))!.AsArray().Select(static a => (string)a!).ToList();
        Assert.Contains($"{node.WebSocketAddress}/p2p-circuit/webrtc/p2p/{waiting.Id}", addresses);
        Assert.Contains($"{node.TcpAddress}/p2p-circuit/webrtc/p2p/{waiting.Id}", addresses);

        // Through the node alone, up to its limit.
        var relayed = (await dialing.AskAsync("dial", new { address = $"{node.WebSocketAddress}/p2p-circuit/p2p/{waiting.Id}" }))!;
        Assert.True((bool)relayed["limited"]!);
        await dialing.AskAsync("echo", new { peer = waiting.Id, bytes = WithinLimit, overLimited = true });
        await Assert.ThrowsAsync<InvalidOperationException>(() => dialing.AskAsync("echo", new { peer = waiting.Id, bytes = WithinLimit, overLimited = true }));
        await dialing.AskAsync("disconnected", new { peer = waiting.Id });
        await waiting.AskAsync("disconnected", new { peer = dialing.Id });

        // The node carries what the pages must tell each other for WebRTC, and from then on nothing.
        var direct = (await dialing.AskAsync("dial", new { address = $"{node.WebSocketAddress}/p2p-circuit/webrtc/p2p/{waiting.Id}" }))!;
        Assert.Contains("/webrtc/", (string)direct["address"]!, StringComparison.Ordinal);
        Assert.False((bool)direct["limited"]!);
        await dialing.AskAsync("echo", new { peer = waiting.Id, bytes = Bulk });

        await node.KillAsync();
        await waiting.AskAsync("disconnected", new { peer = node.Id });
        await dialing.AskAsync("disconnected", new { peer = node.Id });
        await dialing.AskAsync("echo", new { peer = waiting.Id, bytes = Bulk });
        await waiting.AskAsync("echo", new { peer = dialing.Id, bytes = Bulk });
    }

    [Fact]
    public async Task The_how_to_shows_the_peer_of_these_pages()
    {
        var root = Path.Combine(JsPeer.SourceFolder(), "..", "..");
        var guide = await File.ReadAllTextAsync(Path.Combine(root, "docs", "how-to", "browser-through-a-node.md"));
        Assert.Contains($"```js\n{await File.ReadAllTextAsync(Path.Combine(JsPeer.SourceFolder(), "js", "browser", "peer.js"))}```\n", guide, StringComparison.Ordinal);
    }
}
