using System.Collections.Concurrent;
using Causeway.Cryptography.Keys;
using Causeway.Libp2p.Peers;
using Causeway.Multiformats;

namespace Causeway.Gateway.Tests.Fakes;

/// <summary>Remembers addresses only.</summary>
internal sealed class FakePeerStore : IPeerStore
{
    public ConcurrentDictionary<PeerId, Multiaddress[]> Addresses { get; } = new();

    public IReadOnlyList<PeerId> All => [.. Addresses.Keys];

    public void AddAddresses(PeerId peer, IEnumerable<Multiaddress> addresses, TimeSpan timeToLive) => Addresses[peer] = [.. addresses];

    public IReadOnlyList<Multiaddress> AddressesOf(PeerId peer) => Addresses.GetValueOrDefault(peer) ?? [];

    public IReadOnlyCollection<string> ProtocolsOf(PeerId peer) => ["/chat/1.0.0"];

    public void SetProtocols(PeerId peer, IEnumerable<string> protocols)
    {
    }

    public PublicKey? KeyOf(PeerId peer) => null;

    public PeerInfo? InfoOf(PeerId peer) => new("agent/1", "ipfs/0.1.0");

    public void SetInfo(PeerId peer, PeerInfo info)
    {
    }

    public bool AddSignedRecord(PeerId peer, ReadOnlySpan<byte> envelope) => false;

    public ReadOnlyMemory<byte>? SignedRecordOf(PeerId peer) => null;

    public void Remove(PeerId peer) => Addresses.TryRemove(peer, out _);
}
