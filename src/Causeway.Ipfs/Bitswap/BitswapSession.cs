using Causeway.Ipfs.Bitswap.Client;
using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Bitswap;

/// <summary>
/// Blocks that belong together, from the store first and then from others (see <see cref="BitswapExchange.CreateSession"/>). Ask for as many at once as you can: they are
/// shared among the peers that have them, as many as each delivers in time. What came stays in the store, safe from the garbage collector until the session is disposed.
/// Thread-safe.
/// </summary>
public sealed partial class BitswapSession : IBlockSource, IAsyncDisposable
{
    private readonly BitswapExchange _exchange;
    private readonly SessionCore _core;
    private readonly Lock _lock = new();
    private Task<IAsyncDisposable>? _hold;
    private int _disposed;

    internal BitswapSession(BitswapExchange exchange, SessionCore core, Cid? root)
    {
        (_exchange, _core, Root) = (exchange, core, root);
    }

    /// <summary>The first of the blocks, where it was named.</summary>
    public Cid? Root { get; }

    /// <summary>What came so far, and from how many peers more may come. <see cref="BitswapProgress.Blocks"/> counts what came.</summary>
    public BitswapProgress Progress => _exchange.ProgressOf(_core);

    /// <summary>The peers that are asked.</summary>
    public IReadOnlyList<PeerId> Peers => _exchange.PeersOf(_core);

    /// <summary>Asks this peer, too; connects to it where need be.</summary>
    /// <param name="peer">Who.</param>
    /// <param name="addresses">Where it can be reached; none for what is known or can be found out.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="Libp2p.Libp2pException">It cannot be reached.</exception>
    public Task AddPeerAsync(PeerId peer, IEnumerable<Multiaddress>? addresses = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        if (addresses is not null) _exchange.AddAddresses(peer, addresses);
        return _exchange.AddProviderAsync(_core, peer, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="IpfsException">Also <see cref="IpfsError.QuotaExceeded"/>: it came, and could not be stored.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> GetAsync(Cid cid, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cid);
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        await HoldAsync(cancellationToken);
        var puts = _exchange.Puts;
        if (await _exchange.Store.TryGetAsync(cid, cancellationToken) is { } here) return here;
        return await _exchange.FetchAsync(_core, cid, puts, cancellationToken);
    }

    /// <summary>Makes sure that a block is in the store, without reading it where it is.</summary>
    /// <returns>Its bytes if it had to be fetched, else null.</returns>
    /// <exception cref="IpfsException">As for <see cref="GetAsync"/>.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> EnsureAsync(Cid cid, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cid);
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        await HoldAsync(cancellationToken);
        var puts = _exchange.Puts;
        if (await _exchange.Store.HasAsync(cid, cancellationToken)) return null;
        return await _exchange.FetchAsync(_core, cid, puts, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _exchange.Close(_core);
        Task<IAsyncDisposable>? hold;
        lock (_lock) hold = _hold;
        if (hold is not null) await (await hold).DisposeAsync();
    }

    private Task HoldAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _hold ??= _exchange.Store.HoldAsync(CancellationToken.None).AsTask();
            return _hold.IsCompletedSuccessfully ? Task.CompletedTask : _hold.WaitAsync(cancellationToken);
        }
    }
}
