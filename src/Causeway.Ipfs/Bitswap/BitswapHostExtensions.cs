using Causeway.Ipfs.Bitswap.Routing;
using Causeway.Ipfs.Blocks;
using Causeway.Libp2p.Hosts;
using Microsoft.Extensions.Logging;

namespace Causeway.Ipfs.Bitswap;

/// <summary>Adds Bitswap to a host.</summary>
public static class BitswapHostExtensions
{
    /// <summary>
    /// Adds Bitswap, which starts and stops with the host. Others get blocks from the store, and blocks that are fetched go there:
    /// <code>
    /// BitswapExchange? exchange = null;
    /// await using var store = new MemoryBlockStore();
    /// await using var host = new HostBuilder().Listen("/ip4/0.0.0.0/tcp/0").UseBitswap(store, created: e =&gt; exchange = e).Build();
    /// await host.StartAsync();
    /// var block = await exchange!.GetAsync(cid);
    /// </code>
    /// Providers are searched for in the host's DHT, if it has one (<see cref="Libp2p.Kademlia.KademliaHostExtensions.UseKademlia"/>).
    /// </summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="store">The blocks. It stays the caller's, who disposes it after the host.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="created">Gets the exchange when the host starts, to use it.</param>
    /// <param name="routing">Who knows providers; null for the host's DHT.</param>
    /// <param name="time">The clock. Default the system's.</param>
    /// <param name="loggers">Where to log. Default nowhere.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static HostBuilder UseBitswap(
        this HostBuilder builder,
        IBlockStore store,
        BitswapOptions? options = null,
        Action<BitswapExchange>? created = null,
        IContentRouting? routing = null,
        TimeProvider? time = null,
        ILoggerFactory? loggers = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(store);
        options ??= new BitswapOptions();
        options.Validate();
        return builder.Use(host =>
        {
            var exchange = new BitswapExchange(host, store, options, routing, time, loggers);
            created?.Invoke(exchange);
            return exchange;
        });
    }
}
