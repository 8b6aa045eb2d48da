using System.Net;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Relaying;
using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Tunnel.Rosters;

/// <summary>
/// Writes changes of a roster, as one member. What an honest administrator does not do is refused here with a sentence for the user; what a hostile
/// one does anyway is the evaluation's to judge. Safe to use from several threads: changes are made one after the other.
/// </summary>
public sealed class RosterAuthor(RosterLog log, IRosterSigner signer, TimeProvider time)
{
    private readonly Lock _lock = new();

    /// <summary>Whether this member may change the roster now.</summary>
    public bool IsAdministrator => log.Current.Find(signer.Key.PeerId)?.Role == RosterRole.Administrator;

    /// <summary>Makes a network: its CREATE entry, whose ID is the network's. The author gets <paramref name="address"/>, or the subnet's first.</summary>
    /// <exception cref="RosterException">A name, the address or a relay is none.</exception>
    public static RosterEntry CreateNetwork(
        string networkName, RosterSubnet subnet, string name, IPAddress? address, IReadOnlyList<string> relays, IRosterSigner signer, TimeProvider time)
    {
        if (!RosterName.IsValid(networkName)) throw NoName(networkName);
        if (!RosterName.IsAssignable(name)) throw NoName(name);
        RequireHost(subnet, address);
        RequireRelays(relays);
        var change = new RosterChange.CreateNetwork(networkName, subnet, signer.Key, name, address ?? subnet.Host(1), relays);
        return RosterEntry.Create(new RosterEntryHeader(default, signer.Key.PeerId, 0, Now(time), []), change, signer);
    }

    /// <summary>Takes a member in.</summary>
    /// <param name="key">Its public key.</param>
    /// <param name="name">Its name; null for one that only stands in.</param>
    /// <param name="address">Its address; null for the next free one.</param>
    /// <param name="role">What it may do.</param>
    /// <exception cref="RosterException">This is no administrator, the peer is a member already, the name or the address is taken or none is free.</exception>
    public RosterEntry Add(RosterKey key, string name, IPAddress? address = null, RosterRole role = RosterRole.Member) => Write(roster =>
    {
        if (roster.Find(key.PeerId) is { } member) throw new RosterException($"{key.PeerId} is a member already, as {member.Name}.");
        if (roster.Members.Count >= RosterLimits.Members) throw new RosterException($"The network has {RosterLimits.Members} members, and no more are possible; remove some first.");
        RequireFreeName(roster, name, key.PeerId);
        RequireFreeAddress(roster, address, key.PeerId);
        if (roster.Find(SegmentAddresses.Mac(key.PeerId)) is { } clash) throw new RosterException($"The key of this member gives it the Ethernet address of {clash.Name}; it must make a new key.");
        return new RosterChange.AddMember(key, name, address ?? NextFree(roster), role);
    });

    /// <summary>Throws a member out.</summary>
    /// <exception cref="RosterException">This is no administrator, the peer is no member, or it is the last administrator.</exception>
    public RosterEntry Remove(TunnelPeerId peer) => Write(roster =>
    {
        RequireOtherAdministrator(roster, Require(roster, peer), "removed");
        return new RosterChange.RemoveMember(peer);
    });

    /// <summary>Renames a member.</summary>
    /// <exception cref="RosterException">This is no administrator, the peer is no member, or the name is none or taken.</exception>
    public RosterEntry Rename(TunnelPeerId peer, string name) => Write(roster =>
    {
        _ = Require(roster, peer);
        RequireFreeName(roster, name, peer);
        return new RosterChange.SetName(peer, name);
    });

    /// <summary>Gives a member an address; null for the next free one.</summary>
    /// <exception cref="RosterException">This is no administrator, the peer is no member, or the address is taken, outside of the subnet or none is free.</exception>
    public RosterEntry SetAddress(TunnelPeerId peer, IPAddress? address) => Write(roster =>
    {
        _ = Require(roster, peer);
        RequireFreeAddress(roster, address, peer);
        return new RosterChange.SetAddress(peer, address ?? NextFree(roster));
    });

    /// <summary>Makes a member an administrator, or no longer one.</summary>
    /// <exception cref="RosterException">This is no administrator, the peer is no member, has the role already, or is the last administrator.</exception>
    public RosterEntry SetRole(TunnelPeerId peer, RosterRole role) => Write(roster =>
    {
        var member = Require(roster, peer);
        if (member.Role == role) throw new RosterException($"{member.Name} is {(role == RosterRole.Administrator ? "an administrator" : "an ordinary member")} already.");
        if (role == RosterRole.Member) RequireOtherAdministrator(roster, member, "made an ordinary member");
        return new RosterChange.SetRole(peer, role);
    });

    /// <summary>Sets the relays at which members meet.</summary>
    /// <exception cref="RosterException">This is no administrator, or a URL is none.</exception>
    public RosterEntry SetRelays(IReadOnlyList<string> relays) => Write(_ =>
    {
        RequireRelays(relays);
        return new RosterChange.SetRelays(relays);
    });

    /// <summary>
    /// Gives names and addresses to members that lost theirs to another one's change at the same time. The administrator with the lowest peer ID
    /// does it; for everybody else this does nothing.
    /// </summary>
    /// <returns>The entries that were written.</returns>
    public IReadOnlyList<RosterEntry> Repair()
    {
        var roster = log.Current;
        if (roster.Administrators.FirstOrDefault()?.PeerId != signer.Key.PeerId) return [];
        List<RosterEntry> entries = [];
        foreach (var member in roster.Members.Where(m => m.IPv4 is null).Take(FreeAddresses(roster))) entries.Add(SetAddress(member.PeerId, null));
        return entries;
    }

    private static DateTimeOffset Now(TimeProvider time) => DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());

    private static RosterMember Require(Roster roster, TunnelPeerId peer) =>
        roster.Find(peer) ?? throw new RosterException($"{peer} is no member of this network; see 'causeway tunnel peers'.");

    private static void RequireOtherAdministrator(Roster roster, RosterMember member, string what)
    {
        if (member.Role == RosterRole.Administrator && !roster.Administrators.Any(a => a.PeerId != member.PeerId))
            throw new RosterException($"{member.Name} is the last administrator and cannot be {what}; make another member an administrator first.");
    }

    private static void RequireFreeName(Roster roster, string name, TunnelPeerId peer)
    {
        if (!RosterName.IsAssignable(name)) throw NoName(name);
        if (roster.Find(name) is { } other && other.PeerId != peer) throw new RosterException($"The name '{name}' is taken by {other.PeerId}; choose another.");
    }

    private static void RequireFreeAddress(Roster roster, IPAddress? address, TunnelPeerId peer)
    {
        RequireHost(roster.Subnet, address);
        if (address is not null && roster.Members.FirstOrDefault(m => address.Equals(m.IPv4) && m.PeerId != peer) is { } other)
            throw new RosterException($"{address} is the address of {other.Name}; choose another.");
    }

    private static void RequireHost(RosterSubnet subnet, IPAddress? address)
    {
        if (address is not null && !subnet.HasHost(address)) throw new RosterException($"{address} is no address for a member of {subnet}; choose one from {subnet.Host(1)} to {subnet.Host(subnet.Hosts)}.");
    }

    private static void RequireRelays(IReadOnlyList<string> relays)
    {
        if (relays.Count > RosterLimits.Relays) throw new RosterException($"A network has at most {RosterLimits.Relays} relays; name fewer.");
        foreach (var relay in relays)
        {
            if (relay.Any(c => c is <= ' ' or > '~') || !RelayUrl.TryParse(relay, out _)) throw new RosterException($"'{relay}' is no relay's address; it looks like wss://relay.example/#bciq…");
        }
    }

    private static int FreeAddresses(Roster roster) => roster.Subnet.Hosts - roster.Members.Count(m => m.IPv4 is not null);

    private static IPAddress NextFree(Roster roster)
    {
        var taken = roster.Members.Select(m => m.IPv4).ToHashSet();
        for (var number = 1; number <= roster.Subnet.Hosts; number++)
        {
            var address = roster.Subnet.Host(number);
            if (!taken.Contains(address)) return address;
        }

        throw new RosterException($"The subnet {roster.Subnet} is full; remove members, or make a network with a larger one.");
    }

    private static RosterException NoName(string name) => new(
        $"'{name}' is no name: use 1 to {RosterName.MaximumLength} of a-z, 0-9 and '-', not beginning with '-' or '{RosterName.DefaultPrefix}' and not ending with '-'.");

    private RosterEntry Write(Func<Roster, RosterChange> change)
    {
        lock (_lock)
        {
            var (parents, height, roster) = log.Tip();
            if (roster.Find(signer.Key.PeerId)?.Role != RosterRole.Administrator)
            {
                var names = string.Join(", ", roster.Administrators.Take(3).Select(a => a.Name));
                throw new RosterException($"Only administrators change the network, and this machine is none; ask {(names.Length == 0 ? "for a new network" : names)}.");
            }

            var entry = RosterEntry.Create(new RosterEntryHeader(log.NetworkId, signer.Key.PeerId, height, Now(time), parents), change(roster), signer);
            return log.Add(entry) switch
            {
                RosterAddResult.Added => entry,
                RosterAddResult.Full => throw new RosterException($"The network's history holds {RosterLimits.Entries} changes, and no more are possible; make a new network."),
                var result => throw new InvalidOperationException($"An entry of our own was {result}."),
            };
        }
    }
}
