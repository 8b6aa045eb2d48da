using Causeway.Libp2p.Kademlia.Storage;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Kademlia.Storage;

public sealed class MemoryStoreTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    [Fact]
    public async Task Of_too_many_values_the_oldest_of_others_go()
    {
        var store = new MemoryRecordStore(maxRecords: 2);
        await store.PutAsync(Record(0) with { IsOwn = true });
        for (byte i = 1; i < 4; i++) await store.PutAsync(Record(i));

        Assert.Null(await store.GetAsync(Key(1)));
        Assert.NotNull(await store.GetAsync(Key(2)));
        Assert.NotNull(await store.GetAsync(Key(3)));
        Assert.Equal([Key(0)], (await store.GetOwnAsync()).Select(static record => record.Key.ToArray()));
    }

    [Fact]
    public async Task Of_too_large_values_the_oldest_go()
    {
        var store = new MemoryRecordStore(maxBytes: 250);
        for (byte i = 0; i < 3; i++) await store.PutAsync(Record(i) with { Value = new byte[100] });

        Assert.Null(await store.GetAsync(Key(0)));
        Assert.NotNull(await store.GetAsync(Key(1)));
    }

    [Fact]
    public async Task A_value_takes_the_place_of_the_one_before_and_belongs_to_the_store()
    {
        var store = new MemoryRecordStore();
        var value = new byte[] { 1 };
        await store.PutAsync(Record(0) with { IsOwn = true });
        await store.PutAsync(Record(0) with { Value = value });
        value[0] = 9;

        Assert.Equal([1], (await store.GetAsync(Key(0)))!.Value.ToArray());
        Assert.Empty(await store.GetOwnAsync());
        await store.RemoveAsync(Key(0));
        Assert.Null(await store.GetAsync(Key(0)));
    }

    [Fact]
    public async Task Old_values_of_others_are_removed()
    {
        var store = new MemoryRecordStore();
        await store.PutAsync(Record(0) with { IsOwn = true });
        await store.PutAsync(Record(1));
        await store.PutAsync(Record(2) with { ReceivedAt = Now + TimeSpan.FromHours(1) });

        Assert.Equal(1, await store.RemoveExpiredAsync(Now + TimeSpan.FromMinutes(1)));
        Assert.NotNull(await store.GetAsync(Key(0)));
        Assert.NotNull(await store.GetAsync(Key(2)));
    }

    [Fact]
    public async Task Providers_are_bounded_for_each_key_for_each_provider_and_in_all()
    {
        var peers = Enumerable.Range(0, 4).Select(static _ => Some.NewPeer()).ToArray();
        var store = new MemoryProviderStore(maxRecords: 5, maxPerKey: 2, maxPerProvider: 3);
        foreach (var peer in peers[..3]) await store.AddAsync(Provider(0, peer));
        Assert.Equal(peers[1..3].Reverse(), await ProvidersOf(store, 0));

        for (byte i = 1; i < 4; i++) await store.AddAsync(Provider(i, peers[2]));
        Assert.Equal([peers[1]], await ProvidersOf(store, 0));

        await store.AddAsync(Provider(4, peers[3]));
        await store.AddAsync(Provider(5, peers[3]));
        Assert.Empty(await ProvidersOf(store, 0));
        Assert.Equal([peers[2]], await ProvidersOf(store, 1));
    }

    [Fact]
    public async Task Of_provider_records_that_are_too_large_together_the_oldest_go()
    {
        var peer = Some.NewPeer();
        var addresses = Some.Addresses("/ip4/192.0.2.1/tcp/1", "/ip4/192.0.2.2/tcp/1");
        var size = 3 + addresses.Sum(static address => address.Bytes.Length);
        var store = new MemoryProviderStore(maxBytes: 2 * size);
        for (byte i = 0; i < 3; i++) await store.AddAsync(Provider(i, peer) with { Addresses = addresses });
        Assert.Empty(await ProvidersOf(store, 0));
        Assert.Equal([peer], await ProvidersOf(store, 1));

        // What has gone counts no more.
        await store.RemoveAsync(Key(1), peer);
        await store.AddAsync(Provider(3, peer) with { Addresses = addresses });
        Assert.Equal([peer], await ProvidersOf(store, 2));
    }

    [Fact]
    public async Task A_provider_that_says_so_again_counts_once_and_lasts_longer()
    {
        var store = new MemoryProviderStore();
        var peer = Some.NewPeer();
        await store.AddAsync(Provider(0, peer));
        await store.AddAsync(Provider(0, peer) with { Expires = Now + TimeSpan.FromHours(2), Addresses = Some.Addresses("/ip4/192.0.2.1/tcp/1") });

        Assert.Equal(0, await store.RemoveExpiredAsync(Now + TimeSpan.FromHours(1)));
        var record = Assert.Single(await store.GetAsync(Key(0), Now + TimeSpan.FromHours(1), 10));
        Assert.Single(record.Addresses);
        Assert.Empty(await store.GetAsync(Key(0), Now + TimeSpan.FromHours(2), 10));
        Assert.Equal(1, await store.RemoveExpiredAsync(Now + TimeSpan.FromHours(2)));
    }

    [Fact]
    public async Task Own_keys_are_kept_until_they_are_removed()
    {
        var store = new MemoryProviderStore(maxRecords: 1, maxPerKey: 1, maxPerProvider: 1);
        for (byte i = 0; i < 3; i++) await store.SetOwnAsync(new ProvidedKey(Key(i)));
        await store.SetOwnAsync(new ProvidedKey(Key(1), Now));
        await store.RemoveOwnAsync(Key(0));

        var own = await store.GetOwnAsync();

        Assert.Equal([Key(1), Key(2)], own.Select(static key => key.Key.ToArray()).OrderBy(static key => key[0]));
        Assert.Equal(Now, own.Single(static key => key.Key.Span[0] == 1).ProvidedAt);
    }

    private static byte[] Key(byte number) => [number, 1, 2];

    private static StoredRecord Record(byte number) => new(Key(number), new byte[] { number }, Now);

    private static ProviderRecord Provider(byte number, PeerId peer) => new(Key(number), peer, [], Now + TimeSpan.FromHours(1));

    private static async Task<IEnumerable<PeerId>> ProvidersOf(MemoryProviderStore store, byte number) =>
        (await store.GetAsync(Key(number), Now, 10)).Select(static record => record.Provider);
}
