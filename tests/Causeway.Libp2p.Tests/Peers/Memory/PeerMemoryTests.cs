using Causeway.Cryptography.Keys;
using Causeway.Libp2p.Peers;
using Causeway.Libp2p.Peers.Memory;
using Causeway.Libp2p.Records;
using Causeway.Libp2p.Tests.Support;
using Causeway.Multiformats;
using Causeway.Storage;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Peers.Memory;

public sealed class PeerMemoryTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-peers-").FullName;
    private readonly TestLog _log = new();
    private readonly PeerId _peer = NewPeer();

    private string File => Path.Combine(_folder, "peers.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task All_that_was_learnt_is_known_after_a_restart()
    {
        var (rsa, peer) = NewIdentity(KeyType.Rsa);
        using var identity = rsa;
        var record = new PeerRecord(peer, ulong.MaxValue - 5, Addresses("/ip4/1.1.1.1/tcp/1")).Seal(rsa);
        await RunAsync(store =>
        {
            store.AddAddresses(peer, Addresses("/ip4/2.2.2.2/tcp/2"), AddressLifetime.Identified);
            store.SetProtocols(peer, ["/a/1", "/b/\n2"]);
            store.SetInfo(peer, new PeerInfo("agent", null));
            Assert.True(store.AddSignedRecord(peer, record));
        });
        await RunAsync(store =>
        {
            // Of an RSA key the ID is only a hash.
            Assert.Equal(rsa.PublicKey, store.KeyOf(PeerId.Parse(peer.ToString())));
            Assert.Equal(Addresses("/ip4/1.1.1.1/tcp/1", "/ip4/2.2.2.2/tcp/2"), store.AddressesOf(peer));
            Assert.Equal(["/a/1", "/b/\n2"], store.ProtocolsOf(peer).Order(StringComparer.Ordinal));
            Assert.Equal(new PeerInfo("agent", null), store.InfoOf(peer));
            Assert.Equal(record, store.SignedRecordOf(peer)!.Value.ToArray());
            Assert.False(store.AddSignedRecord(peer, new PeerRecord(peer, ulong.MaxValue - 6, Addresses("/ip4/6.6.6.6/tcp/6")).Seal(rsa)));
        });
    }

    [Fact]
    public async Task Hearsay_that_has_expired_is_forgotten()
    {
        await RunAsync(store => store.AddAddresses(_peer, Addresses("/ip4/1.1.1.1/tcp/1"), AddressLifetime.Hearsay));
        await RunAsync(store => Assert.Single(store.AddressesOf(_peer)));
        _time.Advance(AddressLifetime.Hearsay);
        await RunAsync(store => Assert.DoesNotContain(_peer, store.All));
    }

    [Fact]
    public async Task Peers_that_we_were_connected_to_are_remembered_longer_than_their_addresses_hold()
    {
        await RunAsync(store =>
        {
            store.AddAddresses(_peer, Addresses("/ip4/1.1.1.1/tcp/1"), AddressLifetime.Identified);
            store.Disconnected(_peer);
        });
        _time.Advance(TimeSpan.FromDays(6));
        await RunAsync(store =>
        {
            Assert.Equal(Addresses("/ip4/1.1.1.1/tcp/1"), store.AddressesOf(_peer));
            _time.Advance(AddressLifetime.Remembered);
            Assert.Empty(store.AddressesOf(_peer));
        });
        _time.Advance(TimeSpan.FromDays(1));
        await RunAsync(store => Assert.DoesNotContain(_peer, store.All));
    }

    [Fact]
    public async Task A_peer_that_is_connected_now_counts_as_seen_now()
    {
        await RunAsync(store =>
        {
            store.IsConnected = _ => true;
            store.AddAddresses(_peer, Addresses("/ip4/1.1.1.1/tcp/1"), AddressLifetime.Hearsay);
        });
        _time.Advance(TimeSpan.FromDays(6));
        await RunAsync(store => Assert.Single(store.AddressesOf(_peer)));
    }

    [Fact]
    public async Task Configured_addresses_are_not_kept()
    {
        await RunAsync(store =>
        {
            store.AddAddresses(_peer, Addresses("/ip4/1.1.1.1/tcp/1"), AddressLifetime.Permanent);
            store.AddAddresses(_peer, Addresses("/ip4/2.2.2.2/tcp/2"), AddressLifetime.Discovered);
            store.Disconnected(_peer);
        });
        await RunAsync(store => Assert.Equal(Addresses("/ip4/2.2.2.2/tcp/2"), store.AddressesOf(_peer)));
    }

    [Fact]
    public async Task A_removed_peer_is_forgotten()
    {
        await RunAsync(store => store.AddAddresses(_peer, Addresses("/ip4/1.1.1.1/tcp/1"), AddressLifetime.Identified));
        await RunAsync(store => store.Remove(_peer));
        await RunAsync(store => Assert.DoesNotContain(_peer, store.All));
    }

    [Fact]
    public async Task A_peer_that_made_room_in_the_store_is_still_remembered()
    {
        var small = new PeerStoreOptions { MaxPeers = 1 };
        await RunAsync(
            store =>
            {
                store.AddAddresses(_peer, Addresses("/ip4/1.1.1.1/tcp/1"), AddressLifetime.Identified);
                _time.Advance(TimeSpan.FromSeconds(5));
            },
            small,
            async database => await Eventually.HoldsAsync(() => CountOf(database) == 1));
        await RunAsync(store => store.AddAddresses(NewPeer(), Addresses("/ip4/2.2.2.2/tcp/2"), AddressLifetime.Identified), small);
        await RunAsync(store => Assert.Equal(2, store.All.Count));
    }

    [Fact]
    public async Task Past_the_bound_peers_that_others_spoke_of_go_before_those_we_were_connected_to()
    {
        var options = new PeerMemoryOptions { MaxPeers = 3 };
        var seen = Enumerable.Range(0, 2).Select(_ => NewPeer()).ToArray();
        await RunAsync(
            store =>
            {
                foreach (var peer in seen)
                {
                    store.AddAddresses(peer, Addresses("/ip4/1.1.1.1/tcp/1"), AddressLifetime.Identified);
                    store.Disconnected(peer);
                }
            },
            options: options);
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await RunAsync(store => store.AddAddresses(NewPeer(), Addresses("/ip4/2.2.2.2/tcp/2"), AddressLifetime.Identified), options: options);
        }

        await RunAsync(store =>
        {
            Assert.Equal(3, store.All.Count);
            Assert.Subset(store.All.ToHashSet(), seen.ToHashSet());
        });
    }

    [Fact]
    public async Task Changes_are_written_after_a_while_without_a_stop()
    {
        await RunAsync(
            store =>
            {
                store.AddAddresses(_peer, Addresses("/ip4/1.1.1.1/tcp/1"), AddressLifetime.Identified);
                _time.Advance(TimeSpan.FromSeconds(5));
            },
            afterwards: async database => await Eventually.HoldsAsync(() => CountOf(database) == 1));
    }

    [Fact]
    public async Task What_could_not_be_written_is_written_later()
    {
        await RunAsync(_ => { });
        await using var database = await Database.OpenAsync(File, PeerTable.Schema, cancellationToken: Patience);
        await RunAsync(
            store =>
            {
                store.AddAddresses(_peer, Addresses("/ip4/1.1.1.1/tcp/1"), AddressLifetime.Identified);
                database.WriteAsync(transaction => transaction.Execute("ALTER TABLE peers RENAME TO hidden")).Wait(Patience);
                _time.Advance(TimeSpan.FromSeconds(5));
            },
            afterwards: async _ =>
            {
                await _log.LoggedAsync(2102);
                await database.WriteAsync(transaction => transaction.Execute("ALTER TABLE hidden RENAME TO peers"));
                Assert.Equal(0, CountOf(database));
                _time.Advance(TimeSpan.FromMinutes(1));
                await Eventually.HoldsAsync(() => CountOf(database) == 1);
            });
    }

    [Fact]
    public async Task A_damaged_memory_is_moved_aside_and_begun_anew()
    {
        await RunAsync(store =>
        {
            for (var i = 0; i < 200; i++) store.AddAddresses(NewPeer(), Addresses("/ip4/1.1.1.1/tcp/1"), AddressLifetime.Identified);
        });
        using (var file = System.IO.File.OpenHandle(File, FileMode.Open, FileAccess.ReadWrite)) RandomAccess.Write(file, new byte[8192], fileOffset: 4096);
        await RunAsync(store =>
        {
            Assert.Empty(store.All);
            store.AddAddresses(_peer, Addresses("/ip4/1.1.1.1/tcp/1"), AddressLifetime.Identified);
        });
        Assert.True(System.IO.File.Exists(File + ".damaged"));
        await RunAsync(store => Assert.Equal([_peer], store.All));
    }

    [Fact]
    public async Task A_file_of_another_kind_is_refused_and_left_as_it_is()
    {
        await System.IO.File.WriteAllTextAsync(File, "Dear diary, this is no database at all.", Patience);
        await Assert.ThrowsAsync<StorageException>(() => RunAsync(_ => { }));
        Assert.StartsWith("Dear diary", await System.IO.File.ReadAllTextAsync(File, Patience));
    }

    private static long CountOf(Database database) => database.Read(transaction =>
    {
        using var query = transaction.Prepare("SELECT count(*) FROM peers");
        return query.Step() ? query.GetInt64(0) : 0;
    });

    // One run of a host, as far as the memory is concerned.
    private async Task RunAsync(
        Action<PeerStore> use, PeerStoreOptions? storeOptions = null, Func<Database, Task>? afterwards = null, PeerMemoryOptions? options = null)
    {
        var store = new PeerStore(storeOptions, _time);
        await using var memory = new PeerMemory(
            store, new PeerMemorySettings(File, options ?? new PeerMemoryOptions()), storeOptions?.MaxPeers ?? 1000, _time, _log);
        await memory.StartAsync(Patience);
        use(store);
        if (afterwards is null) return;
        await using var database = await Database.OpenAsync(File, PeerTable.Schema, cancellationToken: Patience);
        await afterwards(database);
    }
}
