using System.Collections.Frozen;
using System.Net;
using System.Security.Cryptography;
using Causeway.Network.Ethernet;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Rosters.Entries;
using Causeway.Tunnel.Rosters.Evaluation;

namespace Causeway.Tunnel.Rosters;

/// <summary>Who is a member, at one moment: what a set of entries means (tunnel protocol §5.2). Immutable.</summary>
public sealed class Roster
{
    private readonly FrozenDictionary<TunnelPeerId, RosterMember> _byPeer;
    private readonly FrozenDictionary<string, RosterMember> _byName;
    private readonly FrozenDictionary<MacAddress, RosterMember> _byMac;

    private Roster(RosterEntryId network, RosterState state, IReadOnlyList<RosterMember> members, IReadOnlyList<RosterEntryId> heads, int entries)
    {
        NetworkId = network;
        NetworkName = state.NetworkName;
        Subnet = state.Subnet;
        Relays = state.Relays;
        Members = members;
        Heads = heads;
        Entries = entries;
        Digest = DigestOf(heads);
        _byPeer = members.ToFrozenDictionary(m => m.PeerId);
        _byName = members.ToFrozenDictionary(m => m.Name, StringComparer.Ordinal);
        _byMac = members.DistinctBy(m => m.Mac).ToFrozenDictionary(m => m.Mac);
    }

    /// <summary>The ID of the CREATE entry.</summary>
    public RosterEntryId NetworkId { get; }

    /// <summary>What the creator called the network; empty until the CREATE entry is known.</summary>
    public string NetworkName { get; }

    /// <summary>The IPv4 subnet.</summary>
    public RosterSubnet Subnet { get; }

    /// <summary>URLs of the relays at which members meet.</summary>
    public IReadOnlyList<string> Relays { get; }

    /// <summary>All members, by ascending peer ID.</summary>
    public IReadOnlyList<RosterMember> Members { get; }

    /// <summary>The entries that no other builds upon, ascending.</summary>
    public IReadOnlyList<RosterEntryId> Heads { get; }

    /// <summary>The SHA-256 of the heads: equal for members that know the same entries (tunnel protocol §5.3).</summary>
    public ReadOnlyMemory<byte> Digest { get; }

    /// <summary>The number of entries.</summary>
    public int Entries { get; }

    /// <summary>The members that may change the roster.</summary>
    public IEnumerable<RosterMember> Administrators => Members.Where(m => m.Role == RosterRole.Administrator);

    /// <summary>A member by peer ID, or null. Constant time, for every frame and HELLO.</summary>
    public RosterMember? Find(TunnelPeerId peer) => _byPeer.GetValueOrDefault(peer);

    /// <summary>A member by name, or null.</summary>
    public RosterMember? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>A member by Ethernet address, or null; of two with the same one, the one with the lower peer ID.</summary>
    public RosterMember? Find(MacAddress mac) => _byMac.GetValueOrDefault(mac);

    /// <summary>The digest of some heads, in any order.</summary>
    public static byte[] DigestOf(IEnumerable<RosterEntryId> heads)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> id = stackalloc byte[RosterEntryId.Size];
        foreach (var head in heads.Order())
        {
            head.CopyTo(id);
            hash.AppendData(id);
        }

        return hash.GetHashAndReset();
    }

    internal static Roster Build(RosterEntryId network, RosterState state, IReadOnlyList<RosterEntryId> heads, int entries)
    {
        var peers = state.Members.OrderBy(p => p.Key.PeerId).ToArray();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var addresses = new HashSet<IPAddress>();
        var shortNames = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var peer in peers)
        {
            var name = RosterName.Default(peer.Key.PeerId);
            shortNames[name] = shortNames.GetValueOrDefault(name) + 1;
        }

        var members = new RosterMember[peers.Length];
        for (var i = 0; i < peers.Length; i++)
        {
            var peer = peers[i];
            var id = peer.Key.PeerId;
            var keepsName = names.Add(peer.Name);
            members[i] = new RosterMember
            {
                Key = peer.Key,
                Name = keepsName ? peer.Name : RosterName.Default(id, isLong: shortNames[RosterName.Default(id)] > 1),
                HasDefaultName = !keepsName,
                IPv4 = state.Subnet.HasHost(peer.Address) && addresses.Add(peer.Address) ? peer.Address : null,
                IPv6 = SegmentAddresses.IPv6(network, id),
                Mac = SegmentAddresses.Mac(id),
                AdministratorSince = peer.AdministratorSince,
            };
        }

        return new Roster(network, state, members, heads, entries);
    }
}
