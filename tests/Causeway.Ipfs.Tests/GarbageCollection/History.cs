using System.Runtime.CompilerServices;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.GarbageCollection;
using Causeway.Ipfs.Pins;
using Causeway.Ipfs.Stores;
using Causeway.Ipfs.Tests.Stores;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.GarbageCollection;

/// <summary>
/// One random history of a store: some import trees of few different blocks and pin them, some pin what is there, one moves a root that is no pin, one puts garbage,
/// and one collects, step by step in an order that the seed chooses. After each step everything promised must be there.
/// </summary>
internal sealed class History : IGcRoots
{
    private readonly IReadOnlyList<IBlockTable> _nodes;
    private readonly IBlockTable _table;
    private readonly Random _random;
    private readonly Stepper _stepper;
    private readonly Block[] _leaves;
    private readonly Dictionary<Multihash, int> _promised = [];
    private readonly List<(Block[] Tree, string Name)> _pins = [];
    private Block[] _root = [];
    private int _nextName;
    private int _busy;

    /// <summary>A history of one or more nodes that share a store.</summary>
    public History(IReadOnlyList<IBlockTable> nodes, int seed)
    {
        _nodes = nodes;
        _table = nodes[0];
        _random = new Random(seed);
        _stepper = new Stepper(_random);
        _leaves = [.. Enumerable.Range(0, 3).Select(static i => Sample.Leaf($"leaf {i}"))];
    }

    public async IAsyncEnumerable<Cid> GetRootsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await _stepper.StepAsync();
        var root = _root;
        if (root.Length > 0) yield return root[^1].Cid;
    }

    public async Task RunAsync()
    {
        // While somebody holds, little is collected: not everybody is there always.
        Func<Task>[] actors = _random.Next(3) switch
        {
            0 => [ImportAsync, ImportAsync, PinWhatIsThereAsync, PinWhatIsThereAsync, MoveRootAsync, LitterAsync],
            1 => [ImportAsync, PinWhatIsThereAsync, LitterAsync],
            _ => [PinWhatIsThereAsync, PinWhatIsThereAsync, LitterAsync],
        };
        foreach (var actor in actors) Add(actor);
        _stepper.Add(CollectAsync);
        await _stepper.RunAsync(CheckAsync, Sample.Stop);
        await CheckEndAsync();
    }

    private void Add(Func<Task> actor)
    {
        _busy++;
        _stepper.Add(async () =>
        {
            await actor();
            _busy--;
        });
    }

    private SteppedStore NewStore() => new(_nodes[_random.Next(_nodes.Count)], _stepper);

    private async Task ImportAsync()
    {
        var store = NewStore();
        for (var i = 0; i < 6; i++)
        {
            var tree = NewTree();
            var promised = new List<Block>();
            await using (await store.HoldAsync(Sample.Stop))
            {
                foreach (var block in tree) await BringAsync(store, block, promised);
                await PauseAsync();
                await PinAsync(store, tree);
                foreach (var block in promised) Promise(block, -1);
            }

            await UnpinSomeAsync(store);
            await PauseAsync();
        }
    }

    // Others go on meanwhile: a whole collection, now and then.
    private async Task PauseAsync()
    {
        for (var i = _random.Next(60); i > 0; i--) await _stepper.StepAsync();
    }

    // Without a hold of its own: it may be too late, and then says so.
    private async Task PinWhatIsThereAsync()
    {
        var store = NewStore();
        for (var i = 0; i < 20; i++)
        {
            try
            {
                await PinAsync(store, NewTree());
            }
            catch (IpfsException error) when (error.Error == IpfsError.BlockNotFound)
            {
                // Somebody else's turn.
            }

            await UnpinSomeAsync(store);
        }
    }

    private async Task PinAsync(PersistentBlockStore store, Block[] tree)
    {
        var name = $"pin {_nextName++}";
        await store.Pins.AddAsync(tree[^1].Cid, PinKind.Recursive, name, cancellationToken: Sample.Stop);
        foreach (var block in tree) Promise(block, 1);
        _pins.Add((tree, name));
    }

    // As importers and fetchers do: what is here is not put again.
    private async Task BringAsync(PersistentBlockStore store, Block block, List<Block> promised)
    {
        if (_random.Next(2) == 0 || !await store.HasAsync(block.Cid, Sample.Stop)) await store.PutAsync([block], Sample.Stop);
        Promise(block, 1);
        promised.Add(block);
    }

    // Few stay, so that there is always something to collect.
    private async Task UnpinSomeAsync(PersistentBlockStore store)
    {
        while (_pins.Count > 1)
        {
            var (tree, name) = _pins[0];
            _pins.RemoveAt(0);
            foreach (var block in tree) Promise(block, -1);
            await store.Pins.RemoveAsync(tree[^1].Cid, PinKind.Recursive, name, cancellationToken: Sample.Stop);
        }
    }

    private async Task MoveRootAsync()
    {
        var store = NewStore();
        for (var i = 0; i < 4; i++)
        {
            var tree = NewTree();
            var promised = new List<Block>();
            await using var hold = await store.HoldAsync(Sample.Stop);
            foreach (var block in tree) await BringAsync(store, block, promised);

            // What was promised under the hold is promised for the root from here on.
            foreach (var block in _root) Promise(block, -1);
            _root = tree;
        }
    }

    private async Task LitterAsync()
    {
        var store = NewStore();
        for (var i = 0; i < 40; i++) await store.PutAsync(NewTree(), Sample.Stop);
    }

    private async Task CollectAsync()
    {
        using var collector = new GarbageCollector(NewStore(), new GarbageCollectorOptions { Roots = [this] });
        while (_busy > 0) await collector.RunAsync(Sample.Stop);
    }

    /// <summary>Two leaves, a node above them, and one above that; children first. Few enough that trees share much.</summary>
    private Block[] NewTree()
    {
        var (first, second) = (_leaves[_random.Next(_leaves.Length)], _leaves[_random.Next(_leaves.Length)]);
        var inner = Sample.Node("inner", first, second);
        return [first, second, inner, Sample.Node("root", inner, first)];
    }

    private void Promise(Block block, int change)
    {
        var hash = block.Cid.Hash;
        var count = _promised.GetValueOrDefault(hash) + change;
        if (count == 0) _promised.Remove(hash);
        else _promised[hash] = count;
    }

    private async Task CheckAsync()
    {
        Multihash[] promised = [.. _promised.Keys];
        var found = await _table.FindAsync(promised, Sample.Stop);
        for (var i = 0; i < promised.Length; i++) Assert.True(found[i] is not null, $"The block {promised[i]} was promised, and is gone.");
    }

    // Nobody holds any more: what is promised stays, and nothing else.
    private async Task CheckEndAsync()
    {
        var stepper = new Stepper(_random);
        var store = new SteppedStore(_table, stepper);
        var root = _root;
        stepper.Add(async () =>
        {
            await Sample.CollectAsync(store, new GarbageCollectorOptions { Roots = root.Length > 0 ? [new FixedRoots(root[^1].Cid)] : [] });
            Assert.Equal(_promised.Count, (await _table.GetUsageAsync(Sample.Stop)).Blocks);
            foreach (var (tree, name) in _pins) await store.Pins.RemoveAsync(tree[^1].Cid, PinKind.Recursive, name, cancellationToken: Sample.Stop);
            _promised.Clear();
            await Sample.CollectAsync(store);
            Assert.Equal(0, (await _table.GetUsageAsync(Sample.Stop)).Blocks);
        });
        await stepper.RunAsync(CheckAsync, Sample.Stop);
    }
}
