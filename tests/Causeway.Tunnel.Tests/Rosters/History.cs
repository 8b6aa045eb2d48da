using System.Net;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Rosters;
using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Tunnel.Tests.Rosters;

/// <summary>Entries with any parents by any author, as honest and hostile administrators may write them.</summary>
internal sealed class History
{
    private readonly Dictionary<RosterEntryId, RosterEntry> _entries = [];

    public History(TestPeer creator)
    {
        Creation = RosterAuthor.CreateNetwork("net", Subnet, creator.Name, null, [], creator, TimeProvider.System);
        _entries.Add(Creation.Id, Creation);
    }

    public static RosterSubnet Subnet { get; } = RosterSubnet.TryParse("10.10.0.0/16", out var subnet) ? subnet : throw new InvalidOperationException();

    public RosterEntry Creation { get; }

    public IReadOnlyCollection<RosterEntry> Entries => _entries.Values;

    public static RosterChange Add(TestPeer peer, RosterRole role = RosterRole.Member, int address = 0, string? name = null) =>
        new RosterChange.AddMember(peer.Key, name ?? peer.Name, address == 0 ? IPAddress.Any : Subnet.Host(address), role);

    public static RosterChange Remove(TestPeer peer) => new RosterChange.RemoveMember(peer.Id);

    public static RosterChange Promote(TestPeer peer) => new RosterChange.SetRole(peer.Id, RosterRole.Administrator);

    public static RosterChange Demote(TestPeer peer) => new RosterChange.SetRole(peer.Id, RosterRole.Member);

    public static RosterChange Rename(TestPeer peer, string name) => new RosterChange.SetName(peer.Id, name);

    public static RosterChange Readdress(TestPeer peer, int address) => new RosterChange.SetAddress(peer.Id, Subnet.Host(address));

    public RosterEntry this[RosterEntryId id] => _entries[id];

    /// <summary>Writes an entry on these parents.</summary>
    public RosterEntry Write(TestPeer author, RosterChange change, params IEnumerable<RosterEntry> parents)
    {
        var ids = parents.Select(p => p.Id).Distinct().Order().ToArray();
        var height = ids.Max(p => _entries[p].Height) + 1;
        var entry = RosterEntry.Create(new RosterEntryHeader(Creation.Id, author.Id, height, DateTimeOffset.UnixEpoch, ids), change, author);
        _entries.TryAdd(entry.Id, entry);
        return entry;
    }

    /// <summary>An entry and all its ancestors.</summary>
    public HashSet<RosterEntryId> Closure(IEnumerable<RosterEntryId> ids)
    {
        var seen = new HashSet<RosterEntryId>();
        var open = new Stack<RosterEntryId>(ids);
        while (open.TryPop(out var id))
        {
            if (!seen.Add(id)) continue;
            foreach (var parent in _entries[id].Header.Parents) open.Push(parent);
        }

        return seen;
    }

    /// <summary>The entries of a set that no other one of it builds upon.</summary>
    public RosterEntry[] Heads(IReadOnlyCollection<RosterEntryId> set)
    {
        var parents = set.SelectMany(id => _entries[id].Header.Parents).ToHashSet();
        return [.. set.Where(id => !parents.Contains(id)).Order().Select(id => _entries[id])];
    }

    public RosterLog Log(IEnumerable<RosterEntry>? entries = null)
    {
        var log = new RosterLog(Creation.Id, verifier: TestPeer.Verifier);
        foreach (var entry in (entries ?? Entries).OrderBy(e => e.Height)) Assert.Equal(RosterAddResult.Added, log.Add(entry));
        return log;
    }

    public Roster Roster() => Log().Current;

    /// <summary>All that users see of a roster, as one text.</summary>
    public static string Describe(Roster roster, Func<TunnelPeerId, string>? name = null) => string.Join('\n', roster.Members
        .Select(m => $"{name?.Invoke(m.PeerId) ?? m.PeerId.ToString()} {m.Name} {m.IPv4} {m.Role} {m.AdministratorSince} {m.Mac} {m.IPv6}")
        .Concat(roster.Relays).Append(roster.NetworkName));
}
