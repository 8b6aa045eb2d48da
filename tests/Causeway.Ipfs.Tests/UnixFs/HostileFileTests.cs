using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Dag.Pb;
using Causeway.Ipfs.UnixFs;
using Causeway.Ipfs.UnixFs.Nodes;
using Causeway.Ipfs.UnixFs.Reading;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.UnixFs;

/// <summary>Files whose blocks have the right hashes and lie about everything else.</summary>
public sealed class HostileFileTests : IAsyncDisposable
{
    private readonly WatchedStore _store = new();
    private readonly Block _leaf = Block.Create(Multicodec.Raw, new byte[100]);

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Theory]
    [InlineData(99)]
    [InlineData(101)]
    public async Task A_part_that_is_longer_or_shorter_than_it_should_be_is_found_out(int claimed)
    {
        var cid = await FileAsync(claimed, _leaf.Cid);
        Assert.Equal(claimed, (await Some.StatAsync(_store, cid)).Size);
        await RefusedAsync(IpfsError.Malformed, cid);
    }

    [Fact]
    public async Task A_length_that_is_not_the_sum_of_its_parts_is_refused() =>
        await RefusedAsync(IpfsError.Malformed, await Some.PutAsync(_store, new UnixFsData { Type = UnixFsType.File, FileSize = 101, BlockSizes = [100] }, new DagPbLink(_leaf.Cid)));

    [Fact]
    public async Task As_many_block_sizes_as_links_are_asked_for() =>
        await RefusedAsync(IpfsError.Malformed, await Some.PutAsync(_store, new UnixFsData { Type = UnixFsType.File, BlockSizes = [100, 100] }, new DagPbLink(_leaf.Cid)));

    [Fact]
    public async Task A_part_with_a_name_is_refused() =>
        await RefusedAsync(IpfsError.Malformed, await Some.PutAsync(_store, new UnixFsData { Type = UnixFsType.File, BlockSizes = [100] }, new DagPbLink(_leaf.Cid, "name")));

    [Fact]
    public async Task Sizes_that_overflow_are_refused() => await RefusedAsync(IpfsError.TooLarge, await FileAsync(long.MaxValue, _leaf.Cid, _leaf.Cid));

    [Fact]
    public async Task A_part_that_is_a_folder_is_refused()
    {
        var folder = await Some.PutAsync(_store, new UnixFsData { Type = UnixFsType.Directory });
        await RefusedAsync(IpfsError.Malformed, await FileAsync(1, folder));
    }

    [Fact]
    public async Task A_part_with_another_codec_is_refused_without_being_fetched()
    {
        var cid = await FileAsync(1, Cid.CreateV1(Multicodec.DagCbor, _leaf.Cid.Hash));
        await RefusedAsync(IpfsError.NotSupported, cid);
        Assert.Equal(1, _store.Gets);
    }

    [Fact]
    public async Task A_chain_that_is_too_deep_is_refused()
    {
        await _store.PutAsync([_leaf], TestContext.Current.CancellationToken);
        var cid = _leaf.Cid;
        for (var depth = 1; depth < FileWalk.MaxDepth; depth++) cid = await FileAsync(100, cid);
        Assert.Equal(100, (await Some.ReadAsync(_store, cid)).Length);
        await RefusedAsync(IpfsError.TooLarge, await FileAsync(100, cid));
    }

    [Fact]
    public async Task Parts_without_bytes_are_never_fetched_however_often_they_are_linked()
    {
        await _store.PutAsync([_leaf], TestContext.Current.CancellationToken);
        var nothing = await Some.PutAsync(_store, new UnixFsData { Type = UnixFsType.File });
        for (var depth = 0; depth < 20; depth++) nothing = await FileAsync(0, Enumerable.Repeat(nothing, 1000));

        // Before, between and behind parts that have some.
        var sizes = (ulong[])[.. Enumerable.Repeat(0UL, 1000), 100, .. Enumerable.Repeat(0UL, 1000), 100, .. Enumerable.Repeat(0UL, 1000)];
        var cid = await Some.PutAsync(_store, new UnixFsData { Type = UnixFsType.File, BlockSizes = sizes }, sizes.Select(size => new DagPbLink(size == 0 ? nothing : _leaf.Cid, "", 1)));
        var gets = _store.Gets;
        Assert.Equal(200, (await Some.ReadAsync(_store, cid)).Length);
        Assert.Equal(gets + 3, _store.Gets);
    }

    [Fact]
    public async Task A_file_of_2_to_the_60_bytes_in_a_few_blocks_costs_what_is_read_of_it()
    {
        await _store.PutAsync([_leaf], TestContext.Current.CancellationToken);
        var cid = _leaf.Cid;
        var size = 100L;
        while (size < 1L << 53)
        {
            cid = await FileAsync(size, Enumerable.Repeat(cid, 1024));
            size *= 1024;
        }

        var gets = _store.Gets;
        await using var stream = await new UnixFsReader(_store).OpenReadAsync(cid, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(size, stream.Length);
        stream.Position = size - 1000;
        await stream.ReadExactlyAsync(new byte[1000], TestContext.Current.CancellationToken);
        stream.Position = 0;
        await stream.ReadExactlyAsync(new byte[1000], TestContext.Current.CancellationToken);
        Assert.InRange(_store.Gets - gets, 20, 60);
    }

    private async Task RefusedAsync(IpfsError error, Cid cid)
    {
        await _store.PutAsync([_leaf], TestContext.Current.CancellationToken);
        Assert.Equal(error, (await Assert.ThrowsAsync<IpfsException>(() => Some.ReadAsync(_store, cid))).Error);
    }

    /// <summary>A file whose parts claim a size each.</summary>
    private Task<Cid> FileAsync(long size, params IEnumerable<Cid> parts) => Some.PutAsync(
        _store, new UnixFsData { Type = UnixFsType.File, BlockSizes = [.. parts.Select(_ => (ulong)size)] }, parts.Select(cid => new DagPbLink(cid, "", 1)));
}
