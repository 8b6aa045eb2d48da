using Causeway.Ipfs.Bitswap;
using Causeway.Ipfs.Bitswap.Routing;
using Causeway.Ipfs.Blocks;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Transports.Memory;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Bitswap.Support;

/// <summary>A host with a store in memory and Bitswap, on a network in memory.</summary>
internal sealed class BlockPeer : IAsyncDisposable
{
    /// <summary>How long a test waits for what must come.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    // However busy the machine is: nobody is given up, or asked of others, for being slow.
    public static readonly BitswapOptions Patient = new() { PeerTimeout = Patience, BlockTimeout = Patience, WantTimeout = Patience, SendTimeout = Patience, ReceiveTimeout = Patience, DialTimeout = Patience };

    private BlockPeer(IHost host, IBlockStore store, BitswapExchange exchange) => (Host, Store, Exchange) = (host, store, exchange);

    public IHost Host { get; }

    public IBlockStore Store { get; }

    public BitswapExchange Exchange { get; }

    public PeerId Id => Host.Id;

    public static async Task<BlockPeer> StartAsync(MemoryNetwork network, BitswapOptions? options = null, IBlockStore? store = null, IContentRouting? routing = null, TimeProvider? time = null)
    {
        store ??= new MemoryBlockStore();
        BitswapExchange? exchange = null;
        var host = new HostBuilder().UseMemory(network).Listen("/memory/0").UseBitswap(store, options ?? Patient, created => exchange = created, routing, time).Build();
        await host.StartAsync();
        return new BlockPeer(host, store, exchange!);
    }

    /// <summary>Connects, and waits until both exchanges know of each other.</summary>
    public async Task ConnectAsync(BlockPeer other)
    {
        await Host.ConnectAsync(other.Host.Addresses[0].WithPeerId(other.Id));
        await Eventually.HoldsAsync(() => Exchange.Peers.Contains(other.Id) && other.Exchange.Peers.Contains(Id));
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Store.DisposeAsync();
    }
}
