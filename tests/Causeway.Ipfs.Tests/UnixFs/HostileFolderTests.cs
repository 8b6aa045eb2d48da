using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Dag.Pb;
using Causeway.Ipfs.UnixFs;
using Causeway.Ipfs.UnixFs.Directories;
using Causeway.Ipfs.UnixFs.Nodes;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.UnixFs;

/// <summary>Folders whose blocks have the right hashes and lie about everything else.</summary>
public sealed class HostileFolderTests : IAsyncDisposable
{
    private static readonly Cid Target = Block.Create(Multicodec.Raw, new byte[1]).Cid;

    private readonly WatchedStore _store = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../x")]
    [InlineData("/etc")]
    [InlineData("a\0b")]
    public async Task A_name_that_leads_out_of_the_folder_is_refused(string name)
    {
        await RefusedAsync(await Some.PutAsync(_store, new UnixFsData { Type = UnixFsType.Directory }, new DagPbLink(Target, name)));
        await RefusedAsync(await ShardAsync((NameHash.Of(name), name, Target)));
    }

    [Fact]
    public async Task Of_a_name_that_is_there_twice_the_first_counts()
    {
        var other = Block.Create(Multicodec.Raw, new byte[2]).Cid;
        var cid = await Some.PutAsync(_store, new UnixFsData { Type = UnixFsType.Directory }, new DagPbLink(Target, "a"), new DagPbLink(other, "a"));
        Assert.Equal(Target, await new UnixFsReader(_store).ResolveAsync(cid, "a", Stop));
        Assert.Equal(1, await CountAsync(cid));
    }

    [Fact]
    public async Task An_entry_at_a_place_where_its_name_does_not_belong_is_refused()
    {
        Assert.Equal(1, await CountAsync(await ShardAsync((NameHash.Of("a"), "a", Target))));
        await RefusedAsync(await ShardAsync((~NameHash.Of("a"), "a", Target)));
    }

    [Fact]
    public async Task A_bit_field_that_says_something_else_than_the_links_is_refused()
    {
        var link = new DagPbLink(Target, new HamtShape(256).PrefixOf(new HamtShape(256).PlaceOf(NameHash.Of("a"), 0)) + "a");
        await RefusedAsync(await Some.PutAsync(_store, Shard([1]), link));
        await RefusedAsync(await Some.PutAsync(_store, Shard(new byte[32]), link));
        await RefusedAsync(await Some.PutAsync(_store, Shard([1])));
        await RefusedAsync(await Some.PutAsync(_store, Shard(new byte[1000]), link));
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(7UL)]
    [InlineData(1UL << 40)]
    public async Task A_fan_out_that_nobody_uses_is_refused(ulong fanout) =>
        await RefusedAsync(await Some.PutAsync(_store, new UnixFsData { Type = UnixFsType.HamtShard, HashType = NameHash.Code, Fanout = fanout }));

    [Fact]
    public async Task Another_hash_function_is_refused() => await RefusedAsync(
        await Some.PutAsync(_store, new UnixFsData { Type = UnixFsType.HamtShard, HashType = 0x12, Fanout = 256 }), IpfsError.NotSupported);

    [Fact]
    public async Task A_shard_below_with_another_fan_out_is_refused()
    {
        var below = await Some.PutAsync(_store, new UnixFsData { Type = UnixFsType.HamtShard, HashType = NameHash.Code, Fanout = 8, Data = new byte[] { 1 } }, new DagPbLink(Target, "0x"));
        await RefusedAsync(await ShardAsync((0, "", below)));
    }

    [Fact]
    public async Task An_empty_shard_below_is_refused() => await RefusedAsync(await ShardAsync((0, "", await Some.PutAsync(_store, Shard([])))));

    [Fact]
    public async Task A_file_in_the_place_of_a_shard_is_refused() =>
        await RefusedAsync(await ShardAsync((0, "", await Some.PutAsync(_store, new UnixFsData { Type = UnixFsType.File }))));

    [Fact]
    public async Task A_shard_that_is_linked_from_everywhere_is_believed_on_one_way_only()
    {
        // 256 to the power of 7 entries in 8 blocks, if it were believed.
        var name = "a";
        var shape = new HamtShape(256);
        var cid = Target;
        for (var level = 7; level >= 0; level--)
        {
            var links = level == 7
                ? [new DagPbLink(cid, shape.PrefixOf(shape.PlaceOf(NameHash.Of(name), level)) + name)]
                : Enumerable.Range(0, 256).Select(place => new DagPbLink(cid, shape.PrefixOf(place))).ToArray();
            var field = new byte[32];
            foreach (var link in links) field[^((shape.PlaceOf(link.Name) / 8) + 1)] |= (byte)(1 << (shape.PlaceOf(link.Name) % 8));
            cid = await Some.PutAsync(_store, Shard(field), links);
        }

        var gets = _store.Gets;
        await RefusedAsync(cid);
        Assert.InRange(_store.Gets - gets, 8, 200);

        // The right way to the entry is one among all those: it alone is found.
        Assert.Equal(Target, await new UnixFsReader(_store).ResolveAsync(cid, name, Stop));
    }

    [Fact]
    public async Task Shards_deeper_than_the_hash_are_refused()
    {
        var cid = await Some.PutAsync(_store, Shard([1]), new DagPbLink(Target, "00"));
        for (var level = 0; level < 10; level++) cid = await Some.PutAsync(_store, Shard([1]), new DagPbLink(cid, "00"));
        await RefusedAsync(cid);
    }

    private static UnixFsData Shard(byte[] field) => new() { Type = UnixFsType.HamtShard, Data = field, HashType = NameHash.Code, Fanout = 256 };

    private async Task<Cid> ShardAsync((ulong Hash, string Name, Cid Cid) entry)
    {
        var shape = new HamtShape(256);
        var place = shape.PlaceOf(entry.Hash, 0);
        var field = new byte[32];
        field[^((place / 8) + 1)] = (byte)(1 << (place % 8));
        return await Some.PutAsync(_store, Shard(field), new DagPbLink(entry.Cid, shape.PrefixOf(place) + entry.Name));
    }

    private async Task<int> CountAsync(Cid cid)
    {
        var count = 0;
        await foreach (var _ in new UnixFsReader(_store).ListAsync(cid, Stop)) count++;
        return count;
    }

    private async Task RefusedAsync(Cid cid, IpfsError error = IpfsError.Malformed) =>
        Assert.Equal(error, (await Assert.ThrowsAsync<IpfsException>(() => CountAsync(cid))).Error);
}
