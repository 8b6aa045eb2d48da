using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Threading.Channels;
using Causeway.Ipfs.GarbageCollection;
using Causeway.Ipfs.Stores;
using Causeway.Ipfs.Stores.Sqlite;
using Causeway.Ipfs.Tests.Stores;
using Causeway.Multiformats;
using Causeway.Storage;

namespace Causeway.Ipfs.Tests.GarbageCollection;

/// <summary>Collections that nobody asks for.</summary>
public sealed class AutomaticCollectionTests : IAsyncLifetime
{
    private readonly StoreFolder _folder = new();
    private readonly ManualTimeProvider _time = new();
    private readonly Channel<CollectionResult?> _ended = Channel.CreateUnbounded<CollectionResult?>();
    private SqliteBlockStore _store = null!;

    private static CancellationToken Stop => Sample.Stop;

    public async ValueTask InitializeAsync() => _store = await SqliteBlockStore.OpenAsync(
        _folder.Database, new SqliteBlockStoreOptions { MaxBytes = 4 << 20, Durability = Durability.Process }, _time, Stop);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Much_use_of_the_quota_is_seen_and_garbage_collected()
    {
        using var collector = new GarbageCollector(_store, time: _time);
        await using var automatic = Start(collector);
        await _store.PutAsync([Sample.Leaf(1, 3_900_000)], Stop);
        _time.Advance(collector.Options.LookEvery);
        Assert.Equal(1, (await _ended.Reader.ReadAsync(Stop))!.Deleted);
    }

    [Fact]
    public async Task From_time_to_time_garbage_is_collected_however_little_it_is()
    {
        using var collector = new GarbageCollector(_store, time: _time);
        await using var automatic = Start(collector);
        await _store.PutAsync([Sample.Leaf(1, 10)], Stop);
        _time.Advance(collector.Options.Interval);
        Assert.Equal(1, (await _ended.Reader.ReadAsync(Stop))!.Deleted);
        await _store.PutAsync([Sample.Leaf(2, 10)], Stop);
        _time.Advance(collector.Options.Interval);
        Assert.Equal(1, (await _ended.Reader.ReadAsync(Stop))!.Deleted);
    }

    [Fact]
    public async Task A_store_full_of_what_is_needed_is_not_searched_over_and_over()
    {
        var block = Sample.Leaf(1, 3_900_000);
        var options = new GarbageCollectorOptions { Roots = [new FixedRoots(block.Cid)], LookEvery = TimeSpan.FromMinutes(1), MinPause = TimeSpan.FromMinutes(2) };
        using var collector = new GarbageCollector(_store, options, _time);
        await using var automatic = Start(collector);
        await _store.PutAsync([block], Stop);
        List<bool> hasRun = [];
        for (var i = 0; i < 5; i++)
        {
            _time.Advance(options.LookEvery);
            hasRun.Add(await _ended.Reader.ReadAsync(Stop) is not null);
        }

        Assert.Equal([true, false, true, false, true], hasRun);
    }

    [Fact]
    public async Task A_collection_that_fails_is_tried_again()
    {
        using var collector = new GarbageCollector(_store, new GarbageCollectorOptions { Roots = [new FailingRoots()] }, _time);
        await using var automatic = Start(collector);
        await _store.PutAsync([Sample.Leaf(1, 10)], Stop);
        _time.Advance(collector.Options.Interval);
        Assert.Null(await _ended.Reader.ReadAsync(Stop));
        _time.Advance(collector.Options.Interval);
        Assert.Equal(1, (await _ended.Reader.ReadAsync(Stop))!.Deleted);
    }

    [Fact]
    public async Task A_database_that_cannot_say_how_full_it_is_is_asked_again()
    {
        var table = DispatchProxy.Create<IBlockTable, FailingUsage>();
        ((FailingUsage)table).Inner = _store.Table;
        using var collector = new GarbageCollector(new AnyStore(table), time: _time);
        await using var automatic = Start(collector);
        await _store.PutAsync([Sample.Leaf(1, 3_900_000)], Stop);
        _time.Advance(collector.Options.LookEvery);
        Assert.Null(await _ended.Reader.ReadAsync(Stop));
        _time.Advance(collector.Options.LookEvery);
        Assert.Equal(1, (await _ended.Reader.ReadAsync(Stop))!.Deleted);
    }

    [Fact]
    public async Task It_may_be_disposed_twice()
    {
        using var collector = new GarbageCollector(_store, time: _time);
        var automatic = Start(collector);
        await automatic.DisposeAsync();
        await automatic.DisposeAsync();
    }

    private AutomaticCollection Start(GarbageCollector collector)
    {
        var automatic = new AutomaticCollection(collector);
        automatic.Ended += result => _ended.Writer.TryWrite(result);
        return automatic;
    }

    /// <summary>Cannot say what it needs at first.</summary>
    private sealed class FailingRoots : IGcRoots
    {
        private bool _hasFailed;

        public IAsyncEnumerable<Cid> GetRootsAsync(CancellationToken cancellationToken)
        {
            if (_hasFailed) return new FixedRoots().GetRootsAsync(cancellationToken);
            _hasFailed = true;
            throw new InvalidOperationException("Not yet.");
        }
    }

    /// <summary>Cannot say how much it has at first: a wait of its own ran out.</summary>
    [SuppressMessage("Performance", "CA1852", Justification = "A proxy is made of it.")]
    internal class FailingUsage : DispatchProxy
    {
        private bool _hasFailed;

        public IBlockTable Inner { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name != nameof(IBlockTable.GetUsageAsync) || _hasFailed) return targetMethod.Invoke(Inner, args);
            _hasFailed = true;
            return new ValueTask<StoreUsage>(Task.FromException<StoreUsage>(new OperationCanceledException("The database did not answer.")));
        }
    }

    private sealed class AnyStore(IBlockTable table) : PersistentBlockStore(table, TimeProvider.System);
}
