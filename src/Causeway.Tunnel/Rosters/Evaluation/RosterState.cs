using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Tunnel.Rosters.Evaluation;

/// <summary>The roster while entries are applied one after the other (tunnel protocol §5.2, step 4).</summary>
internal sealed class RosterState
{
    private readonly Dictionary<TunnelPeerId, PeerState> _peers = [];

    public string NetworkName { get; private set; } = string.Empty;

    public RosterSubnet Subnet { get; private set; }

    public IReadOnlyList<string> Relays { get; private set; } = [];

    public IEnumerable<PeerState> Members => _peers.Values.Where(p => p.IsMember);

    public bool IsMember(TunnelPeerId peer) => _peers.TryGetValue(peer, out var state) && state.IsMember;

    public ulong? AdministratorSince(TunnelPeerId peer) => _peers.TryGetValue(peer, out var state) ? state.AdministratorSince : null;

    /// <summary>Whether an entry that every other is related to holds.</summary>
    public bool Holds(RosterNode node) =>
        node.Entry.Change is RosterChange.CreateNetwork
        || (AdministratorSince(node.Entry.Author) is not null && (!node.NeedsPresence || IsMember(node.Entry.Change.Subject!.Value)));

    public void Apply(RosterNode node)
    {
        var height = node.Entry.Height;
        switch (node.Entry.Change)
        {
            case RosterChange.CreateNetwork create:
                (NetworkName, Subnet, Relays) = (create.NetworkName, create.Subnet, create.Relays);
                Admit(create.Key, create.Name, create.Address, height);
                break;
            case RosterChange.AddMember add:
                Admit(add.Key, add.Name, add.Address, add.Role == RosterRole.Administrator ? height : null);
                break;
            case RosterChange.RemoveMember remove when _peers.TryGetValue(remove.Peer, out var peer):
                (peer.IsMember, peer.AdministratorSince) = (false, null);
                break;
            case RosterChange.SetName name when _peers.TryGetValue(name.Peer, out var peer):
                peer.Name = name.Text;
                break;
            case RosterChange.SetAddress address when _peers.TryGetValue(address.Peer, out var peer):
                peer.Address = address.IPv4;
                break;
            case RosterChange.SetRole role when _peers.TryGetValue(role.Peer, out var peer):
                peer.AdministratorSince = role.Value == RosterRole.Administrator ? peer.AdministratorSince ?? height : null;
                break;
            case RosterChange.SetRelays relays:
                Relays = relays.Urls;
                break;
        }
    }

    private void Admit(RosterKey key, string name, System.Net.IPAddress address, ulong? administratorSince)
    {
        if (!_peers.TryGetValue(key.PeerId, out var peer)) _peers.Add(key.PeerId, peer = new PeerState(key));
        peer.IsMember = true;
        peer.Name = name;
        peer.Address = address;
        peer.AdministratorSince ??= administratorSince;
    }
}
