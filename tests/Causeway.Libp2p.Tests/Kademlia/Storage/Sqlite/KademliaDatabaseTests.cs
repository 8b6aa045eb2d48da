using Causeway.Libp2p.Kademlia.Storage;
using Causeway.Libp2p.Kademlia.Storage.Sqlite;
using Causeway.Multiformats;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Kademlia.Storage.Sqlite;

public sealed class KademliaDatabaseTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Key = [1, 2, 3];

    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-dht-").FullName;

    private string File => Path.Combine(_folder, "dht.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public Task Values_survive_a_restart()
    {
        var own = new StoredRecord(Key, new byte[] { 4, 5 }, Now, IsOwn: true, PublishedAt: Now.AddHours(1));
        var other = new StoredRecord(new byte[] { 9 }, ReadOnlyMemory<byte>.Empty, Now.AddTicks(7));
        return AcrossARestartAsync(
            async database =>
            {
                await database.Records.PutAsync(own with { Value = new byte[] { 0 }, PublishedAt = null });
                await database.Records.PutAsync(own);
                await database.Records.PutAsync(other);
            },
            async database =>
            {
                AssertEqual(own, await database.Records.GetAsync(Key));
                AssertEqual(other, await database.Records.GetAsync(other.Key));
                AssertEqual(own, Assert.Single(await database.Records.GetOwnAsync()));
                Assert.Null(await database.Records.GetAsync(new byte[] { 77 }));
                await database.Records.RemoveAsync(Key);
                await database.Records.RemoveAsync(Key);
                Assert.Null(await database.Records.GetAsync(Key));
            });
    }

    [Fact]
    public async Task Values_of_others_expire_and_own_ones_do_not()
    {
        await using var database = await OpenAsync();
        await database.Records.PutAsync(new StoredRecord(new byte[] { 1 }, new byte[1], Now));
        await database.Records.PutAsync(new StoredRecord(new byte[] { 2 }, new byte[1], Now.AddTicks(1)));
        await database.Records.PutAsync(new StoredRecord(new byte[] { 3 }, new byte[1], Now, IsOwn: true));
        Assert.Equal(1, await database.Records.RemoveExpiredAsync(Now.AddTicks(1)));
        Assert.Null(await database.Records.GetAsync(new byte[] { 1 }));
        Assert.NotNull(await database.Records.GetAsync(new byte[] { 2 }));
        Assert.NotNull(await database.Records.GetAsync(new byte[] { 3 }));
    }

    [Fact]
    public async Task Past_the_number_of_values_those_stored_longest_ago_go_and_own_ones_stay()
    {
        await using var database = await OpenAsync(new KademliaDatabaseOptions { MaxRecords = 3 });
        await database.Records.PutAsync(Value(0, isOwn: true));
        for (byte i = 1; i <= 4; i++) await database.Records.PutAsync(Value(i));
        await database.Records.PutAsync(Value(2));
        await database.Records.PutAsync(Value(5));
        Assert.Equal([0, 2, 4, 5], await KeysOf(database));
    }

    [Fact]
    public async Task Past_the_bytes_of_values_those_stored_longest_ago_go()
    {
        await using var database = await OpenAsync(new KademliaDatabaseOptions { MaxRecordBytes = 128 << 10 });
        for (byte i = 1; i <= 6; i++) await database.Records.PutAsync(Value(i, length: 40 << 10));
        Assert.Equal([4, 5, 6], await KeysOf(database));
        await database.Records.RemoveAsync(new byte[] { 5 });
        await database.Records.PutAsync(Value(7, length: 40 << 10));
        Assert.Equal([4, 6, 7], await KeysOf(database));
    }

    [Fact]
    public Task Provider_records_survive_a_restart()
    {
        var (first, second) = (NewPeer(), NewPeer());
        return AcrossARestartAsync(
            async database =>
            {
                await database.Providers.AddAsync(new ProviderRecord(Key, first, [], Now.AddHours(1)));
                await database.Providers.AddAsync(new ProviderRecord(Key, second, Addresses("/ip4/1.1.1.1/tcp/1", "/dns4/example.org/tcp/443/wss"), Now.AddHours(2)));
                await database.Providers.AddAsync(new ProviderRecord(new byte[] { 9 }, second, [], Now.AddHours(3)));
                await database.Providers.SetOwnAsync(new ProvidedKey(Key));
                await database.Providers.SetOwnAsync(new ProvidedKey(Key, Now));
                await database.Providers.SetOwnAsync(new ProvidedKey(new byte[] { 9 }));
                await database.Providers.RemoveOwnAsync(new byte[] { 9 });
            },
            async database =>
            {
                var found = await database.Providers.GetAsync(Key, Now, 10);
                Assert.Equal([second, first], found.Select(record => record.Provider));
                Assert.Equal(Addresses("/ip4/1.1.1.1/tcp/1", "/dns4/example.org/tcp/443/wss"), found[0].Addresses);
                Assert.Equal(Now.AddHours(2), found[0].Expires);
                Assert.Equal(Key, found[0].Key.ToArray());
                Assert.Single(await database.Providers.GetAsync(Key, Now, 1));
                Assert.Equal(second, Assert.Single(await database.Providers.GetAsync(Key, Now.AddHours(1), 10)).Provider);
                var own = Assert.Single(await database.Providers.GetOwnAsync());
                Assert.Equal(Key, own.Key.ToArray());
                Assert.Equal(Now, own.ProvidedAt);

                await database.Providers.RemoveAsync(Key, second);
                Assert.Equal(first, Assert.Single(await database.Providers.GetAsync(Key, Now, 10)).Provider);
                Assert.Equal(1, await database.Providers.RemoveExpiredAsync(Now.AddHours(1)));
                Assert.Empty(await database.Providers.GetAsync(Key, Now, 10));
            });
    }

    [Fact]
    public async Task A_provider_that_says_so_again_takes_the_place_of_its_record()
    {
        await using var database = await OpenAsync();
        var provider = NewPeer();
        await database.Providers.AddAsync(new ProviderRecord(Key, provider, [], Now.AddHours(2)));
        await database.Providers.AddAsync(new ProviderRecord(Key, provider, Addresses("/ip4/1.1.1.1/tcp/1"), Now.AddHours(1)));
        var record = Assert.Single(await database.Providers.GetAsync(Key, Now, 10));
        Assert.Equal((1, Now.AddHours(1)), (record.Addresses.Count, record.Expires));
    }

    [Fact]
    public async Task Past_each_bound_the_provider_records_that_expire_first_go()
    {
        await using var database = await OpenAsync(new KademliaDatabaseOptions { MaxProvidersPerKey = 2, MaxKeysPerProvider = 3, MaxProviderRecords = 4 });
        var peers = Enumerable.Range(0, 3).Select(_ => NewPeer()).ToArray();
        for (var i = 0; i < 3; i++) await database.Providers.AddAsync(new ProviderRecord(Key, peers[i], [], Now.AddHours(3 - i)));
        Assert.Equal([peers[0], peers[1]], (await database.Providers.GetAsync(Key, Now, 10)).Select(record => record.Provider));

        for (byte i = 10; i < 14; i++) await database.Providers.AddAsync(new ProviderRecord(new[] { i }, peers[2], [], Now.AddHours(i)));
        Assert.Empty(await database.Providers.GetAsync(new byte[] { 10 }, Now, 10));
        Assert.Single(await database.Providers.GetAsync(new byte[] { 11 }, Now, 10));

        // Five were left, and four may be.
        Assert.Equal([peers[0]], (await database.Providers.GetAsync(Key, Now, 10)).Select(record => record.Provider));
    }

    [Fact]
    public Task The_routing_table_survives_a_restart_as_it_was_saved_last()
    {
        var (known, asked) = (NewPeer(), NewPeer());
        return AcrossARestartAsync(
            async database =>
            {
                await database.RoutingTable.SaveAsync([new RoutingTablePeer(NewPeer(), [], null)]);
                await database.RoutingTable.SaveAsync([new RoutingTablePeer(known, Addresses("/ip4/1.1.1.1/tcp/1"), Now), new RoutingTablePeer(asked, [], null)]);
            },
            async database =>
            {
                var peers = (await database.RoutingTable.LoadAsync()).ToDictionary(peer => peer.Peer);
                Assert.Equal(2, peers.Count);
                Assert.Equal(Addresses("/ip4/1.1.1.1/tcp/1"), peers[known].Addresses);
                Assert.Equal(Now, peers[known].LastUsefulAt);
                Assert.Null(peers[asked].LastUsefulAt);
            });
    }

    [Fact]
    public async Task A_damaged_database_is_moved_aside_and_begun_anew()
    {
        await using (var database = await OpenAsync())
        {
            for (var i = 0; i < 300; i++) await database.Records.PutAsync(new StoredRecord(BitConverter.GetBytes(i), new byte[100], Now));
        }

        using (var file = System.IO.File.OpenHandle(File, FileMode.Open, FileAccess.ReadWrite)) RandomAccess.Write(file, new byte[50_000], fileOffset: 4096);
        await using (var database = await OpenAsync())
        {
            Assert.Null(await database.Records.GetAsync(BitConverter.GetBytes(7)));
            await database.Records.PutAsync(Value(1));
        }

        Assert.True(System.IO.File.Exists(File + ".damaged"));
    }

    [Fact]
    public async Task Options_out_of_range_are_named()
    {
        var failure = await Assert.ThrowsAsync<ArgumentException>(() => OpenAsync(new KademliaDatabaseOptions { MaxRecords = 0 }));
        Assert.Contains(nameof(KademliaDatabaseOptions.MaxRecords), failure.Message);
    }

    private static StoredRecord Value(byte key, bool isOwn = false, int length = 10) => new(new[] { key }, new byte[length], Now, isOwn);

    private static async Task<List<int>> KeysOf(KademliaDatabase database)
    {
        var found = new List<int>();
        for (byte i = 0; i < 10; i++)
        {
            if (await database.Records.GetAsync(new[] { i }) is not null) found.Add(i);
        }

        return found;
    }

    private static void AssertEqual(StoredRecord expected, StoredRecord? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Key.ToArray(), actual.Key.ToArray());
        Assert.Equal(expected.Value.ToArray(), actual.Value.ToArray());
        Assert.Equal((expected.ReceivedAt, expected.IsOwn, expected.PublishedAt), (actual.ReceivedAt, actual.IsOwn, actual.PublishedAt));
    }

    private Task<KademliaDatabase> OpenAsync(KademliaDatabaseOptions? options = null) => KademliaDatabase.OpenAsync(File, options, cancellationToken: Patience);

    private async Task AcrossARestartAsync(Func<KademliaDatabase, Task> before, Func<KademliaDatabase, Task> after)
    {
        await using (var database = await OpenAsync()) await before(database);
        await using (var database = await OpenAsync()) await after(database);
    }
}
