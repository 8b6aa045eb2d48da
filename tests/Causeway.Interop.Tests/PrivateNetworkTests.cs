using System.Text;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Security.PrivateNetworks;
using Causeway.Multiformats;

namespace Causeway.Interop.Tests;

/// <summary>Private networks with unmodified js-libp2p.</summary>
public sealed class PrivateNetworkTests
{
    public static TheoryData<string> Transports => ["/ip4/127.0.0.1/tcp/0", "/ip4/127.0.0.1/tcp/0/ws"];

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Members_connect_whoever_dials(string listen)
    {
        using var key = PreSharedKey.Generate();
        await using var js = await StartJsAsync(key, listen);
        await using var first = await StartOursAsync(key, listen);
        await using var second = await StartOursAsync(key, listen);

        await first.Host.ConnectAsync(Multiaddress.Parse(js.Address));
        await js.AskAsync("echo", new { peer = first.Id, streams = 20, bytes = 200_000 });
        await js.AskAsync("dial", new { address = second.Address });
        await js.AskAsync("echo", new { peer = second.Id, streams = 20, bytes = 200_000 });
        Assert.True(await second.PingAsync(js.Id) > TimeSpan.Zero);
    }

    [Fact]
    public async Task Others_do_not()
    {
        using var key = PreSharedKey.Generate();
        using var another = PreSharedKey.Generate();
        await using var js = await StartJsAsync(key, "/ip4/127.0.0.1/tcp/0");
        await using var other = await StartOursAsync(another, "/ip4/127.0.0.1/tcp/0");
        await using var stranger = await OurPeer.StartAsync();

        await Assert.ThrowsAsync<Libp2p.Libp2pException>(async () => await other.Host.ConnectAsync(Multiaddress.Parse(js.Address)));
        await Assert.ThrowsAsync<Libp2p.Libp2pException>(async () => await stranger.Host.ConnectAsync(Multiaddress.Parse(js.Address)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => js.AskAsync("dial", new { address = other.Address }));
        await Assert.ThrowsAsync<InvalidOperationException>(() => js.AskAsync("dial", new { address = stranger.Address }));
    }

    // js-libp2p reads the key up to the end of its line and takes no line end after it.
    private static Task<JsPeer> StartJsAsync(PreSharedKey key, string listen) =>
        JsPeer.StartAsync(options: new { listen = new[] { listen }, networkKey = Encoding.ASCII.GetString(key.ToFile()).TrimEnd() });

    private static Task<OurPeer> StartOursAsync(PreSharedKey key, string listen) =>
        OurPeer.StartAsync(listen: listen, configure: builder => builder.UseTcp().UseWebSockets().UsePrivateNetwork(key));
}
