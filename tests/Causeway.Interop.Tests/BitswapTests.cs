using System.Security.Cryptography;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Relay;
using Causeway.Multiformats;

namespace Causeway.Interop.Tests;

/// <summary>Bitswap with unmodified Helia, both ways, over TCP, a WebSocket and a relay.</summary>
public sealed class BitswapTests
{
    private static readonly int Size = Soak.Count(8 << 20, 1 << 30);

    public static TheoryData<string> Listens => ["/ip4/127.0.0.1/tcp/0", "/ip4/127.0.0.1/tcp/0/ws"];

    [Theory]
    [MemberData(nameof(Listens))]
    public async Task A_file_of_Helia_is_fetched(string listen)
    {
        await using var helia = await HeliaPeer.StartAsync(new { listen = new[] { listen } });
        await using var ours = await BitswapPeer.StartAsync(configure: AnyTransport);
        var cid = await helia.AddAsync(seed: 1, Size);
        await ours.Peer.Host.ConnectAsync(Multiaddress.Parse(helia.Process.Address));

        Assert.Equal(Expected(1, Size), await ours.FetchAsync(cid));
    }

    [Theory]
    [MemberData(nameof(Listens))]
    public async Task Helia_fetches_a_file_of_ours(string listen)
    {
        await using var helia = await HeliaPeer.StartAsync();
        await using var ours = await BitswapPeer.StartAsync(listen, AnyTransport);
        var cid = await ours.AddAsync(HeliaPeer.Content(2, Size));
        await helia.DialAsync(ours.Peer.Address);

        Assert.Equal(Expected(2, Size), await helia.CatAsync(cid));
    }

    [Fact]
    public async Task Files_go_both_ways_through_a_relay()
    {
        await using var relay = await OurPeer.StartAsync(configure: static builder => builder.UseCircuitRelay(static o => o with { Limit = null }));
        await using var helia = await HeliaPeer.StartAsync(new { listen = new[] { "/p2p-circuit" }, relayClient = true });
        await using var ours = await BitswapPeer.StartAsync(listen: null, configure: static builder => builder.UseRelayClient(static o => o with { Reservations = 0 }));
        var theirs = await helia.AddAsync(seed: 3, 4 << 20);
        var mine = await ours.AddAsync(HeliaPeer.Content(4, 4 << 20));
        var connection = await ours.Peer.Host.ConnectAsync(Multiaddress.Parse(await RelayPeers.ReserveAsync(helia.Process, relay.Address)));
        Assert.True(connection.IsRelayed);

        Assert.Equal(Expected(3, 4 << 20), await ours.FetchAsync(theirs));
        Assert.Equal(Expected(4, 4 << 20), await helia.CatAsync(mine));
    }

    private static void AnyTransport(HostBuilder builder) => builder.UseTcp().UseWebSockets();

    private static (long Length, string Sha256) Expected(int seed, int length) => (length, Convert.ToHexStringLower(SHA256.HashData(HeliaPeer.Content(seed, length))));
}
