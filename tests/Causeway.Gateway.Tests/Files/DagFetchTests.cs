using Causeway.Gateway.Files;
using Causeway.Gateway.Files.Content;
using Causeway.Ipfs;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Dag.Pb;
using Causeway.Ipfs.UnixFs;
using Causeway.Multiformats;

namespace Causeway.Gateway.Tests.Files;

/// <summary>What is fetched for a message, and what is not, whatever strangers say of it.</summary>
public sealed class DagFetchTests
{
    private static readonly FilesOptions Options = new() { MaxMessageFileBytes = 1024 * 1024, MaxListedEntries = 10 };

    private readonly CountingSource _source = new();

    [Fact]
    public async Task A_file_is_fetched_whole()
    {
        var file = await ImportAsync(Options.MaxMessageFileBytes);
        await DagFetch.RunAsync(_source, file, Options, default);
        Assert.Equal(_source.Store.Count, _source.Asked);
    }

    [Fact]
    public async Task Of_a_file_that_is_too_long_for_a_message_one_block_is_fetched()
    {
        var file = await ImportAsync(Options.MaxMessageFileBytes + 1);
        await RefusedAsync(file);
        Assert.Equal(1, _source.Asked);
    }

    [Fact]
    public async Task A_short_file_with_very_much_below_it_is_given_up()
    {
        // Each part says that it has a byte, and has two million.
        var leaves = Enumerable.Range(0, 100).Select(i => Block.Create(Multicodec.Raw, Leaf(i))).ToArray();
        await _source.Store.PutAsync(leaves);
        byte[] message = [0x08, 2, 0x18, 100, .. Enumerable.Repeat<byte[]>([0x20, 1], 100).SelectMany(static size => size)];
        var root = Block.Create(Multicodec.DagPb, DagPb.Encode(new DagPbNode { Data = message, Links = [.. leaves.Select(static leaf => new DagPbLink(leaf.Cid, "", 1))] }));
        await _source.Store.PutAsync([root]);
        await RefusedAsync(root.Cid);
        Assert.InRange(_source.Asked, 2, 60);
    }

    [Fact]
    public async Task A_folder_of_too_many_names_is_given_up()
    {
        var directory = new UnixFsDirectory(_source.Store, DirectoryProfile.Gateway);
        var file = await ImportAsync(1);
        async Task<Cid> OfAsync(int count) => (await directory.CreateAsync(Enumerable.Range(0, count).Select(i => new UnixFsLink($"{i}", file, 1)))).Cid;
        await DagFetch.RunAsync(_source, await OfAsync(Options.MaxListedEntries), Options, default);
        await RefusedAsync(await OfAsync(Options.MaxListedEntries + 1));
    }

    private async Task RefusedAsync(Cid cid) =>
        Assert.Equal(IpfsError.TooLarge, (await Assert.ThrowsAsync<IpfsException>(() => DagFetch.RunAsync(_source, cid, Options, default))).Error);

    private async Task<Cid> ImportAsync(int length)
    {
        var content = new byte[length];
        new Random(1).NextBytes(content);
        return (await new UnixFsImporter(_source.Store, ImportProfile.Gateway).ImportAsync(new MemoryStream(content))).Cid;
    }

    private static byte[] Leaf(int number)
    {
        var leaf = new byte[2_000_000];
        BitConverter.TryWriteBytes(leaf, number);
        return leaf;
    }

    private sealed class CountingSource : IBlockSource
    {
        private readonly HashSet<Cid> _asked = [];

        public MemoryBlockStore Store { get; } = new();

        /// <summary>Blocks that were asked for, each once.</summary>
        public int Asked
        {
            get
            {
                lock (_asked) return _asked.Count;
            }
        }

        public ValueTask<ReadOnlyMemory<byte>> GetAsync(Cid cid, CancellationToken cancellationToken = default)
        {
            lock (_asked) _asked.Add(cid);
            return Store.GetAsync(cid, cancellationToken);
        }
    }
}
