using System.Security.Cryptography;
using Causeway.Ipfs.Bitswap;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.UnixFs;
using Causeway.Libp2p.Hosts;
using Causeway.Multiformats;

namespace Causeway.Interop.Tests;

/// <summary>A host of ours with Bitswap and a store in memory.</summary>
internal sealed class BitswapPeer : IAsyncDisposable
{
    private readonly bool _ownsStore;

    private BitswapPeer(OurPeer peer, IBlockStore store, bool ownsStore, BitswapExchange exchange)
    {
        (Peer, Store, Exchange) = (peer, store, exchange);
        _ownsStore = ownsStore;
    }

    public OurPeer Peer { get; }

    public IBlockStore Store { get; }

    public BitswapExchange Exchange { get; }

    public static async Task<BitswapPeer> StartAsync(
        string? listen = "/ip4/127.0.0.1/tcp/0", Action<HostBuilder>? configure = null, IBlockStore? store = null, BitswapOptions? options = null)
    {
        var ownsStore = store is null;
        store ??= new MemoryBlockStore();
        BitswapExchange? exchange = null;
        var peer = await OurPeer.StartAsync(listen: listen, configure: builder =>
        {
            builder.UseBitswap(store, options, created => exchange = created);
            configure?.Invoke(builder);
        });
        return new BitswapPeer(peer, store, ownsStore, exchange!);
    }

    /// <summary>Imports a file as Helia does; returns the CID.</summary>
    public async Task<string> AddAsync(byte[] content)
    {
        using var stream = new MemoryStream(content);
        return (await new UnixFsImporter(Exchange.Store, ImportProfile.HeliaDefault).ImportAsync(stream)).Cid.ToString();
    }

    /// <summary>Fetches a file's blocks, then reads it; returns its length and SHA-256.</summary>
    public async Task<(long Length, string Sha256)> FetchAsync(string cid, IProgress<BitswapProgress>? progress = null)
    {
        using var patience = new CancellationTokenSource(HeliaPeer.Patience);
        var root = Cid.Parse(cid);
        await using var session = Exchange.CreateSession(root);
        await session.FetchDagAsync(root, progress, patience.Token);
        await using var stream = await new UnixFsReader(Store).OpenReadAsync(root, cancellationToken: patience.Token);
        return (stream.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, patience.Token)));
    }

    public async ValueTask DisposeAsync()
    {
        await Peer.DisposeAsync();
        if (_ownsStore) await Store.DisposeAsync();
    }
}
