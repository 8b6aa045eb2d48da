using Causeway.Cryptography.Keys;
using Causeway.Libp2p.Peers;
using Causeway.Libp2p.Records;
using Causeway.Multiformats;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Peers;

public sealed class PeerStoreTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly PeerStore _store;
    private readonly PeerId _peer = NewPeer();

    public PeerStoreTests() => _store = new PeerStore(time: _time);

    [Fact]
    public void Addresses_expire()
    {
        _store.AddAddresses(_peer, Addresses("/ip4/1.1.1.1/tcp/1"), TimeSpan.FromMinutes(1));
        _store.AddAddresses(_peer, Addresses("/ip4/2.2.2.2/tcp/2"), AddressLifetime.Permanent);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(2, _store.AddressesOf(_peer).Count);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Addresses("/ip4/2.2.2.2/tcp/2"), _store.AddressesOf(_peer));
        _time.Advance(TimeSpan.FromDays(10_000));
        Assert.Single(_store.AddressesOf(_peer));
    }

    [Fact]
    public void Adding_again_prolongs_and_never_shortens()
    {
        _store.AddAddresses(_peer, Addresses("/ip4/1.1.1.1/tcp/1"), TimeSpan.FromMinutes(10));
        _store.AddAddresses(_peer, Addresses("/ip4/1.1.1.1/tcp/1"), TimeSpan.FromMinutes(1));
        _time.Advance(TimeSpan.FromMinutes(9));
        _store.AddAddresses(_peer, Addresses("/ip4/1.1.1.1/tcp/1"), TimeSpan.FromMinutes(5));
        _time.Advance(TimeSpan.FromMinutes(4));
        Assert.Single(_store.AddressesOf(_peer));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(_store.AddressesOf(_peer));
    }

    [Fact]
    public void A_peer_ID_at_the_end_is_stripped()
    {
        _store.AddAddresses(_peer, [Address("/ip4/1.1.1.1/tcp/1").WithPeerId(_peer)], TimeSpan.FromMinutes(1));
        Assert.Equal(Addresses("/ip4/1.1.1.1/tcp/1"), _store.AddressesOf(_peer));
    }

    [Fact]
    public void An_address_that_is_a_peer_ID_and_nothing_else_is_not_kept()
    {
        var (key, peer) = NewIdentity();
        using var identity = key;
        _store.AddAddresses(peer, Addresses($"/p2p/{peer}", "/ip4/1.1.1.1/tcp/1"), TimeSpan.FromMinutes(1));
        Assert.True(_store.AddSignedRecord(peer, new PeerRecord(peer, 1, Addresses($"/p2p/{peer}", "/ip4/2.2.2.2/tcp/2")).Seal(key)));
        Assert.Equal(Addresses("/ip4/2.2.2.2/tcp/2", "/ip4/1.1.1.1/tcp/1"), _store.AddressesOf(peer));
    }

    [Fact]
    public void Nothing_about_a_connected_peer_expires()
    {
        var connected = true;
        _store.IsConnected = _ => connected;
        _store.AddAddresses(_peer, Addresses("/ip4/1.1.1.1/tcp/1"), TimeSpan.FromMinutes(1));
        _time.Advance(TimeSpan.FromHours(5));
        Assert.Single(_store.AddressesOf(_peer));
        connected = false;
        _store.Disconnected(_peer);
        _time.Advance(AddressLifetime.RecentlyConnected - TimeSpan.FromSeconds(1));
        Assert.Single(_store.AddressesOf(_peer));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(_store.AddressesOf(_peer));
    }

    [Fact]
    public void The_peers_that_were_not_used_for_longest_are_forgotten_but_never_connected_ones()
    {
        var store = new PeerStore(new PeerStoreOptions { MaxPeers = 10 }, _time);
        var peers = Enumerable.Range(0, 10).Select(_ => NewPeer()).ToArray();
        store.IsConnected = peer => peer.Equals(peers[0]);
        foreach (var peer in peers) store.SetInfo(peer, new PeerInfo("x", null));
        _ = store.AddressesOf(peers[1]);
        store.SetInfo(NewPeer(), new PeerInfo("new", null));
        Assert.Equal(10, store.All.Count);
        Assert.NotNull(store.InfoOf(peers[0]));
        Assert.NotNull(store.InfoOf(peers[1]));
        Assert.Null(store.InfoOf(peers[2]));
    }

    [Fact]
    public void Addresses_and_protocols_per_peer_are_bounded()
    {
        var store = new PeerStore(new PeerStoreOptions { MaxAddressesPerPeer = 4, MaxProtocolsPerPeer = 3 }, _time);
        for (var i = 1; i <= 20; i++) store.AddAddresses(_peer, Addresses($"/ip4/1.1.1.1/tcp/{i}"), TimeSpan.FromMinutes(i));
        Assert.Equal(["17", "18", "19", "20"], store.AddressesOf(_peer).Select(a => a.ValueOf("tcp")).Order());
        store.SetProtocols(_peer, Enumerable.Range(0, 100).Select(i => $"/p/{i}"));
        Assert.Equal(3, store.ProtocolsOf(_peer).Count);
    }

    [Fact]
    public void A_signed_record_certifies_its_addresses_and_a_newer_one_replaces_them()
    {
        var (key, peer) = NewIdentity();
        _store.AddAddresses(peer, Addresses("/ip4/9.9.9.9/tcp/9"), TimeSpan.FromHours(2));
        var first = new PeerRecord(peer, 5, Addresses("/ip4/1.1.1.1/tcp/1")).Seal(key);
        Assert.True(_store.AddSignedRecord(peer, first));
        Assert.Equal(Addresses("/ip4/1.1.1.1/tcp/1", "/ip4/9.9.9.9/tcp/9"), _store.AddressesOf(peer));
        Assert.Equal(first, _store.SignedRecordOf(peer)!.Value.ToArray());

        Assert.False(_store.AddSignedRecord(peer, new PeerRecord(peer, 4, Addresses("/ip4/4.4.4.4/tcp/4")).Seal(key)));
        Assert.False(_store.AddSignedRecord(peer, new PeerRecord(peer, 5, Addresses("/ip4/5.5.5.5/tcp/5")).Seal(key)));
        Assert.True(_store.AddSignedRecord(peer, new PeerRecord(peer, 6, Addresses("/ip4/6.6.6.6/tcp/6")).Seal(key)));
        Assert.Equal(Addresses("/ip4/6.6.6.6/tcp/6", "/ip4/9.9.9.9/tcp/9"), _store.AddressesOf(peer));
    }

    [Fact]
    public void The_same_record_again_is_fine()
    {
        var (key, peer) = NewIdentity();
        var record = new PeerRecord(peer, 5, Addresses("/ip4/1.1.1.1/tcp/1")).Seal(key);
        Assert.True(_store.AddSignedRecord(peer, record));
        _time.Advance(AddressLifetime.Identified - TimeSpan.FromMinutes(1));
        Assert.True(_store.AddSignedRecord(peer, record));
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Single(_store.AddressesOf(peer));
    }

    [Fact]
    public void A_record_of_another_peer_or_with_a_broken_signature_is_refused()
    {
        var (key, peer) = NewIdentity();
        var record = new PeerRecord(peer, 5, Addresses("/ip4/1.1.1.1/tcp/1")).Seal(key);
        Assert.False(_store.AddSignedRecord(_peer, record));
        record[^1] ^= 1;
        Assert.False(_store.AddSignedRecord(peer, record));
        Assert.Empty(_store.AddressesOf(peer));
        Assert.Null(_store.SignedRecordOf(peer));
    }

    [Fact]
    public void What_a_peer_certified_is_not_displaced_by_hearsay()
    {
        var store = new PeerStore(new PeerStoreOptions { MaxAddressesPerPeer = 2 }, _time);
        var (key, peer) = NewIdentity();
        Assert.True(store.AddSignedRecord(peer, new PeerRecord(peer, 5, Addresses("/ip4/1.1.1.1/tcp/1", "/ip4/1.1.1.1/tcp/2")).Seal(key)));
        store.AddAddresses(peer, Addresses("/ip4/6.6.6.6/tcp/6"), AddressLifetime.Permanent);
        Assert.Equal(Addresses("/ip4/1.1.1.1/tcp/1", "/ip4/1.1.1.1/tcp/2"), store.AddressesOf(peer));
    }

    [Fact]
    public void Keys_are_read_from_the_ID_or_remembered()
    {
        var (key, peer) = NewIdentity();
        Assert.Equal(key.PublicKey, _store.KeyOf(peer));
        var (rsa, named) = NewIdentity(KeyType.Rsa);
        var rsaPeer = PeerId.Parse(named.ToString());
        Assert.Null(_store.KeyOf(rsaPeer));
        _store.SetKey(rsaPeer, rsa.PublicKey);
        Assert.Equal(rsa.PublicKey, _store.KeyOf(rsaPeer));
    }

    [Fact]
    public void Unknown_peers_have_nothing_and_asking_does_not_remember_them()
    {
        Assert.Empty(_store.AddressesOf(_peer));
        Assert.Empty(_store.ProtocolsOf(_peer));
        Assert.Null(_store.InfoOf(_peer));
        Assert.Empty(_store.All);
    }

    [Fact]
    public void A_removed_peer_is_forgotten()
    {
        _store.SetProtocols(_peer, ["/a"]);
        _store.Remove(_peer);
        Assert.Empty(_store.ProtocolsOf(_peer));
        Assert.Empty(_store.All);
    }
}
