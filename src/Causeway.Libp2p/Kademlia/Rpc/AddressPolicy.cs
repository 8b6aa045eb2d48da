using Causeway.Libp2p.Kademlia.Routing;
using Causeway.Libp2p.Kademlia.Wire;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Kademlia.Rpc;

/// <summary>Which addresses are told, stored and dialed: in the public network none that means something else to everybody.</summary>
/// <param name="publicOnly">Whether only public addresses and names count.</param>
/// <param name="maxPerGroup">Peers of one IP group taken from one answer; 0 for any number.</param>
internal sealed class AddressPolicy(bool publicOnly, int maxPerGroup)
{
    /// <summary>What may be stored and dialed.</summary>
    public IReadOnlyList<Multiaddress> Usable(IReadOnlyList<Multiaddress> addresses) => Filter(addresses, IsUsable);

    /// <summary>What may be told to a peer; loopback addresses only to one on this machine.</summary>
    public IReadOnlyList<Multiaddress> Tellable(IReadOnlyList<Multiaddress> addresses, bool toThisMachine) =>
        Filter(addresses, address => IsUsable(address) && (toThisMachine || !address.IsLoopback));

    /// <summary>Whether somebody with these addresses belongs into the routing table: in the public network, who can be dialed directly.</summary>
    public bool IsServer(IReadOnlyList<Multiaddress> addresses) => !publicOnly || addresses.Any(address => IsUsable(address) && !address.IsRelayed);

    /// <summary>
    /// The peers of an answer that can be asked further. Where too many live in one IP group all of that group are left out: whoever answers so
    /// leads us into its own network (go-libp2p-kad-dht, <c>filterPeersByIPDiversity</c>).
    /// </summary>
    public IReadOnlyList<KademliaPeer> Usable(IReadOnlyList<KademliaPeer> peers)
    {
        var usable = new List<KademliaPeer>(peers.Count);
        Dictionary<IPGroup, int>? groups = null;
        foreach (var peer in peers)
        {
            var addresses = Usable(peer.Addresses);
            usable.Add(addresses == peer.Addresses ? peer : peer with { Addresses = addresses });
            if (maxPerGroup == 0) continue;
            foreach (var group in IPGroup.Of(addresses)) (groups ??= [])[group] = groups.GetValueOrDefault(group) + 1;
        }

        if (groups?.Values.Any(count => count > maxPerGroup) != true) return usable;
        usable.RemoveAll(peer => IPGroup.Of(peer.Addresses).Any(group => groups[group] > maxPerGroup));
        return usable;
    }

    private static IReadOnlyList<Multiaddress> Filter(IReadOnlyList<Multiaddress> addresses, Func<Multiaddress, bool> keep) =>
        addresses.All(keep) && addresses.Count <= KademliaLimits.MaxAddressesPerPeer
            ? addresses
            : [.. addresses.Where(keep).Take(KademliaLimits.MaxAddressesPerPeer)];

    // A name may stand for a public address.
    private bool IsUsable(Multiaddress address) => publicOnly ? address.IsPublic || !address.TryGetIPAddress(out _) : !address.IsUnspecified;
}
