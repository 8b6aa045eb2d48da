using Causeway.Ipfs.Pins;
using Causeway.Ipfs.Stores;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Ipfs.GarbageCollection;

/// <summary>
/// Deletes the blocks of a store that no pin, no open hold and no other root needs, while others read, write and pin. A store that has one is also
/// collected when a put does not fit its quota. Stopping it, or the process, in the middle is harmless.
/// </summary>
public sealed class GarbageCollector : IDisposable
{
    // Roots that move while they are read are read again. Each round finds less; pins and held blocks need no second one.
    private const int MaxRounds = 16;

    private readonly PersistentBlockStore _store;
    private readonly GarbageCollectorOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _turn = new(1);
    private long? _lastEnd;

    /// <summary>A collector of a store.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public GarbageCollector(
        PersistentBlockStore store, GarbageCollectorOptions? options = null, TimeProvider? time = null, ILogger<GarbageCollector>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store;
        _options = options ?? new GarbageCollectorOptions();
        _options.Validate();
        _time = time ?? TimeProvider.System;
        _log = logger ?? NullLogger<GarbageCollector>.Instance;
        store.MakeRoomBy(async cancellationToken => await RunUnlessRecentAsync(cancellationToken) is { Deleted: > 0 });
    }

    internal PersistentBlockStore Store => _store;

    internal GarbageCollectorOptions Options => _options;

    internal TimeProvider Time => _time;

    internal ILogger Log => _log;

    /// <summary>Collects, after a collection that this one has under way.</summary>
    /// <returns>What was done, or null while another process collects the same blocks.</returns>
    /// <exception cref="IpfsException">A block that must be kept is damaged; nothing was deleted.</exception>
    public async Task<CollectionResult?> RunAsync(CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await CollectAsync(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The store is not collected any more. What runs must have ended.</summary>
    public void Dispose()
    {
        _store.MakeRoomBy(null);
        _turn.Dispose();
    }

    /// <summary>As <see cref="RunAsync"/>, unless one ended less than <see cref="GarbageCollectorOptions.MinPause"/> ago; then null.</summary>
    internal async Task<CollectionResult?> RunUnlessRecentAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return _lastEnd is { } end && _time.GetElapsedTime(end) < _options.MinPause ? null : await CollectAsync(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<CollectionResult?> CollectAsync(CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        await using var sweep = await _store.Table.BeginCollectionAsync(cancellationToken);
        if (sweep is null) return null;

        // Roots after the epoch has begun: whoever let go of a hold before has set its pin or root before, and whoever did not is asked to touch.
        var walk = new TableWalk(_store.Table, isTouching: false);
        for (var (round, before) = (0, -1L); round < MaxRounds && walk.Blocks > before; round++)
        {
            before = walk.Blocks;
            await MarkAsync(walk, cancellationToken);
        }

        var (deleted, bytes) = (0L, 0L);
        while (await sweep.FindAsync(walk.Contains, cancellationToken) is { } found)
        {
            if (found.Count == 0) continue;
            var swept = await sweep.DeleteAsync(found, cancellationToken);
            deleted += swept.Count;
            bytes += swept.Bytes;
        }

        _lastEnd = _time.GetTimestamp();
        var result = new CollectionResult(walk.Blocks, deleted, bytes, walk.Missing, _time.GetElapsedTime(start));
        if (walk.FirstMissing is { } missing) _log.BlocksMissing(walk.Missing, missing);
        _log.Collected(result.Kept, deleted, bytes, result.Duration);
        return result;
    }

    private async Task MarkAsync(TableWalk walk, CancellationToken cancellationToken)
    {
        await foreach (var pin in _store.Pins.ListAsync(owner: null, cancellationToken))
            await walk.VisitAsync(pin.Key.Root, pin.Key.Kind == PinKind.Recursive, cancellationToken);
        foreach (var roots in _options.Roots)
        {
            await foreach (var root in roots.GetRootsAsync(cancellationToken)) await walk.VisitAsync(root, isRecursive: true, cancellationToken);
        }
    }
}
