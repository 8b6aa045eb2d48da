using Causeway.Ipfs.Bitswap;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.GarbageCollection;
using Causeway.Ipfs.Http;
using Causeway.Ipfs.Pins;
using Causeway.Ipfs.Stores;
using Causeway.Ipfs.Stores.Sqlite;
using Microsoft.Extensions.Logging;

namespace Causeway.Node.Storage;

/// <summary>The blocks of a node: in its folder's database with a quota and collected when they are garbage, or in memory where it has no folder.</summary>
internal sealed class NodeBlocks : IAsyncDisposable
{
    // A node's blocks are what others may ask for again: they make room when there is need of it, and do not go because a day is over.
    private static readonly GarbageCollectorOptions Collecting = new() { Interval = TimeSpan.FromDays(365) };

    private readonly GarbageCollector? _collector;
    private readonly AutomaticCollection? _collection;
    private bool _isDisposed;

    private NodeBlocks(IBlockStore store, GarbageCollector? collector)
    {
        Store = store;
        _collector = collector;
        _collection = collector is null ? null : new AutomaticCollection(collector);
    }

    /// <summary>The blocks.</summary>
    public IBlockStore Store { get; }

    /// <summary>What of them is kept; null in memory.</summary>
    public IPinStore? Pins => (Store as PersistentBlockStore)?.Pins;

    /// <summary>Opens the store.</summary>
    /// <exception cref="Causeway.Storage.StorageException">The database cannot be opened.</exception>
    public static async Task<NodeBlocks> OpenAsync(NodeOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken)
    {
        if (options.Folder is not { } folder) return new NodeBlocks(new MemoryBlockStore(), null);
        var store = await SqliteBlockStore.OpenAsync(Path.Combine(folder, "blocks.db"), new SqliteBlockStoreOptions { MaxBytes = options.Storage }, time, cancellationToken);
        return new NodeBlocks(store, new GarbageCollector(store, Collecting, time, loggers.CreateLogger<GarbageCollector>()));
    }

    /// <summary>The gateway to an exchange's blocks; null where there is to be none.</summary>
    public static TrustlessGateway? CreateGateway(NodeOptions options, BitswapExchange exchange, TimeProvider time)
    {
        var given = options.GatewayOptions;
        if (options.Denied.Count > 0) given = given with { IsDenied = cid => options.Denied.Contains(cid.Hash) || options.GatewayOptions.IsDenied?.Invoke(cid) == true };
        return options.Gateway switch
        {
            GatewayMode.Local => new TrustlessGateway(exchange.Store, given, time: time),
            GatewayMode.Fetch => new TrustlessGateway(exchange.Store, given, root => exchange.CreateSession(root), time),
            _ => null,
        };
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        if (_collection is not null) await _collection.DisposeAsync();
        _collector?.Dispose();
        await Store.DisposeAsync();
    }
}
