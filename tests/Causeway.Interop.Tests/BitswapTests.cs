using System.Security.Cryptography;
using Causeway.Ipfs.Bitswap;
using Causeway.Ipfs.Stores.Sqlite;
using Causeway.Ipfs.Tests.Bitswap.Support;
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

    [Fact]
    public async Task A_transfer_goes_on_with_another_Helia_where_one_was_killed()
    {
        await using var first = await HeliaPeer.StartAsync();
        await using var second = await HeliaPeer.StartAsync();
        await using var ours = await BitswapPeer.StartAsync();
        var cid = await first.AddAsync(seed: 5, Size);
        Assert.Equal(cid, await second.AddAsync(seed: 5, Size));
        await ours.Peer.Host.ConnectAsync(Multiaddress.Parse(first.Process.Address));

        // Killed in the middle: when the second block has come.
        var fetching = ours.FetchAsync(cid, new Report(progress =>
        {
            if (progress.Blocks == 2) first.Process.Kill();
        }));
        await ours.Peer.Host.ConnectAsync(Multiaddress.Parse(second.Process.Address));

        Assert.Equal(Expected(5, Size), await fetching);
    }

    [Fact]
    public async Task What_came_before_we_were_stopped_is_not_fetched_again()
    {
        await using var helia = await HeliaPeer.StartAsync();
        var cid = await helia.AddAsync(seed: 6, Size);
        var folder = Directory.CreateTempSubdirectory("causeway-bitswap-");
        try
        {
            long kept;
            await using (var store = await SqliteBlockStore.OpenAsync(Path.Combine(folder.FullName, "blocks.db")))
            {
                await using var first = await BitswapPeer.StartAsync(store: store);
                await first.Peer.Host.ConnectAsync(Multiaddress.Parse(helia.Process.Address));
                await Assert.ThrowsAsync<TimeoutException>(() => first.FetchAsync(cid, new Report(static progress =>
                {
                    if (progress.Blocks == 3) throw new TimeoutException("Stopped.");
                })));
                await first.Peer.Host.DisposeAsync();
                kept = (await store.GetUsageAsync()).Blocks;
                Assert.InRange(kept, 3, int.MaxValue);
            }

            await using var reopened = await SqliteBlockStore.OpenAsync(Path.Combine(folder.FullName, "blocks.db"));
            await using var again = await BitswapPeer.StartAsync(store: reopened);
            await again.Peer.Host.ConnectAsync(Multiaddress.Parse(helia.Process.Address));
            var received = 0L;
            Assert.Equal(Expected(6, Size), await again.FetchAsync(cid, new Report(progress => received = progress.BlocksReceived)));
            Assert.Equal((await reopened.GetUsageAsync()).Blocks - kept, received);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_lying_provider_is_dropped_and_Helia_delivers()
    {
        var lies = new LyingStore();
        await using var liar = await BitswapPeer.StartAsync(store: lies);
        await using var helia = await HeliaPeer.StartAsync();
        await using var ours = await BitswapPeer.StartAsync();
        var cid = await helia.AddAsync(seed: 7, Size);

        // It is the only one at first, so it is asked.
        await ours.Peer.Host.ConnectAsync(Multiaddress.Parse(liar.Peer.Address));
        var fetching = ours.FetchAsync(cid);
        await Eventually.HoldsAsync(() => lies.Lies > 0);
        await ours.Peer.Host.ConnectAsync(Multiaddress.Parse(helia.Process.Address));

        Assert.Equal(Expected(7, Size), await fetching);
        Assert.Equal(0, ours.Exchange.LedgerOf(PeerId.Parse(liar.Peer.Id))?.BlocksReceived ?? 0);
    }

    private static void AnyTransport(HostBuilder builder) => builder.UseTcp().UseWebSockets();

    private static (long Length, string Sha256) Expected(int seed, int length) => (length, Convert.ToHexStringLower(SHA256.HashData(HeliaPeer.Content(seed, length))));

    private sealed class Report(Action<BitswapProgress> report) : IProgress<BitswapProgress>
    {
        void IProgress<BitswapProgress>.Report(BitswapProgress value) => report(value);
    }
}
