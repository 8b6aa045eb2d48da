using System.Text;
using Causeway.Cryptography.Keys;
using Causeway.Libp2p.Kademlia;
using Causeway.Multiformats;

namespace Causeway.Interop.Tests;

/// <summary>The DHT with unmodified js-libp2p: a mixed network of twelve, every operation from either side, in the public network's protocol and a private one.</summary>
public sealed class KademliaTests
{
    public static TheoryData<string> Prefixes => ["/ipfs", "/causeway-interop"];

    [Theory]
    [MemberData(nameof(Prefixes))]
    public async Task Peers_providers_and_values_are_found_across_a_mixed_network_from_either_side(string prefix)
    {
        await using var network = await KademliaNetwork.StartAsync(prefix);

        await AssertValuesAsync(network);
        await AssertProvidersAsync(network);
        await AssertPeersAsync(network);
        await AssertPublicKeysAsync(network);
    }

    private static async Task AssertValuesAsync(KademliaNetwork network)
    {
        var (ofOurs, ofJs) = ("/test/ours"u8.ToArray(), "/test/js"u8.ToArray());
        Assert.InRange(await network.Ours[1].PutValueAsync(ofOurs, "from us"u8.ToArray(), Patience()), KademliaNetwork.Each, int.MaxValue);
        var put = await network.AskAsync(1, "put", new { key = Convert.ToBase64String(ofJs), value = Convert.ToBase64String("from js"u8) });
        Assert.InRange((int)put["stored"]!, KademliaNetwork.Each, int.MaxValue);
        foreach (var (key, value) in new[] { (ofOurs, "from us"), (ofJs, "from js") })
        {
            foreach (var dht in network.Ours) Assert.Equal(value, Encoding.UTF8.GetString((await dht.GetValueAsync(key, cancellationToken: Patience()))!.Value.Span));
            for (var i = 0; i < KademliaNetwork.Each; i++)
            {
                var got = await network.AskAsync(i, "get", new { key = Convert.ToBase64String(key) });
                Assert.Equal(value, Encoding.UTF8.GetString(Convert.FromBase64String((string)got["value"]!)));
            }
        }
    }

    private static async Task AssertProvidersAsync(KademliaNetwork network)
    {
        var cid = Cid.CreateV1(Multicodec.Raw, Multihash.Compute(MultihashCode.Sha2_256, "interop"u8));
        Assert.InRange(await network.Ours[2].ProvideAsync(cid, Patience()), KademliaNetwork.Each, int.MaxValue);
        await network.AskAsync(2, "provide", new { cid = cid.ToString() });
        string[] expected = [network.Hosts[2].Id.ToString(), network.Js[2].Id];

        var found = new List<ProviderInfo>();
        await foreach (var provider in network.Ours[5].FindProvidersAsync(cid, cancellationToken: Patience())) found.Add(provider);
        Assert.Equal(expected.Order(), found.Select(static provider => provider.Peer.ToString()).Order());
        Assert.All(found, static provider => Assert.NotEmpty(provider.Addresses));

        var theirs = (await network.AskAsync(5, "findProviders", new { cid = cid.ToString() }))["providers"]!.AsArray();
        Assert.Equal(expected.Order(), theirs.Select(static provider => (string)provider!["peer"]!).Order());
        Assert.All(theirs, static provider => Assert.NotEmpty(provider!["addresses"]!.AsArray()));
    }

    private static async Task AssertPeersAsync(KademliaNetwork network)
    {
        // A newcomer that knows one js node only finds a peer of ours, and one of js-libp2p.
        await using var newcomer = new Libp2p.Hosts.HostBuilder().Build();
        await newcomer.StartAsync();
        await using var dht = new KademliaDht(newcomer, network.Ours[0].Options with { Mode = KademliaMode.Client });
        await newcomer.ConnectAsync(Multiaddress.Parse(network.Js[3].Address));
        await dht.StartAsync();
        using (var patience = new CancellationTokenSource(JsPeer.Patience))
        {
            while (dht.PeerCount == 0) await Task.Delay(20, patience.Token);
        }

        foreach (var (id, address) in new[] { (network.Hosts[4].Id.ToString(), network.Hosts[4].Addresses[0].ToString()), network.Js[4] })
        {
            var found = await dht.FindPeerAsync(PeerId.Parse(id), Patience());
            Assert.Contains(Multiaddress.Parse(address).WithoutPeerId(), found);
        }

        foreach (var (id, address) in new[] { (network.Hosts[3].Id.ToString(), network.Hosts[3].Addresses[0].ToString()), network.Js[3] })
        {
            var found = await network.AskAsync(5, "findPeer", new { peer = id });
            Assert.Equal(id, (string)found["peer"]!);
            Assert.Contains(Multiaddress.Parse(address).WithoutPeerId(), found["addresses"]!.AsArray().Select(static text => Multiaddress.Parse((string)text!).WithoutPeerId()));
        }

        var closest = await network.AskAsync(0, "closest", new { key = Convert.ToBase64String("somewhere"u8) });
        Assert.Contains(network.Hosts[1].Id.ToString(), closest["peers"]!.AsArray().Select(static peer => (string)peer!));
    }

    private static async Task AssertPublicKeysAsync(KademliaNetwork network)
    {
        // An RSA key is not part of its peer's ID; js-libp2p checks it with validators of its own.
        using var key = PrivateKey.Generate(KeyType.Rsa);
        byte[] name = [.. "/pk/"u8, .. PeerId.FromPublicKey(key.PublicKey).Span];
        Assert.InRange(await network.Ours[3].PutValueAsync(name, key.PublicKey.ToProtobuf(), Patience()), KademliaNetwork.Each, int.MaxValue);

        var got = await network.AskAsync(3, "get", new { key = Convert.ToBase64String(name) });
        Assert.Equal(key.PublicKey.ToProtobuf(), Convert.FromBase64String((string)got["value"]!));
    }

    private static CancellationToken Patience() => new CancellationTokenSource(JsPeer.Patience).Token;
}
