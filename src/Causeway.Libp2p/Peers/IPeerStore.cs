using Causeway.Cryptography.Keys;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Peers;

/// <summary>What we know about other peers: addresses with expiry, protocols, keys, agent. Bounded; the least recently useful are forgotten first.</summary>
public interface IPeerStore
{
    /// <summary>Adds addresses (a <c>/p2p</c> suffix is stripped) for <paramref name="timeToLive"/>; never shortens a longer one.</summary>
    void AddAddresses(PeerId peer, IEnumerable<Multiaddress> addresses, TimeSpan timeToLive);

    /// <summary>Addresses that have not expired, certified (from a signed peer record) first.</summary>
    IReadOnlyList<Multiaddress> AddressesOf(PeerId peer);

    /// <summary>The protocols that Identify reported; empty when unknown.</summary>
    IReadOnlyCollection<string> ProtocolsOf(PeerId peer);

    /// <summary>Replaces the known protocols.</summary>
    void SetProtocols(PeerId peer, IEnumerable<string> protocols);

    /// <summary>The public key, from Identify or embedded in the ID; null when unknown.</summary>
    PublicKey? KeyOf(PeerId peer);

    /// <summary>What Identify reported: agent and protocol version; null when unknown.</summary>
    PeerInfo? InfoOf(PeerId peer);

    /// <summary>Remembers what Identify reported.</summary>
    void SetInfo(PeerId peer, PeerInfo info);

    /// <summary>Consumes a signed peer record envelope (RFC 0002/0003): verified, newer than what we have; its addresses become certified.</summary>
    /// <returns>False when it is not valid, not this peer's, or older.</returns>
    bool AddSignedRecord(PeerId peer, ReadOnlySpan<byte> envelope);

    /// <summary>The newest signed peer record envelope, or null.</summary>
    ReadOnlyMemory<byte>? SignedRecordOf(PeerId peer);

    /// <summary>All known peers.</summary>
    IReadOnlyList<PeerId> All { get; }

    /// <summary>Forgets a peer.</summary>
    void Remove(PeerId peer);
}

/// <summary>What Identify reported about a peer.</summary>
public sealed record PeerInfo(string? AgentVersion, string? ProtocolVersion);
