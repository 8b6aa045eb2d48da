using System.Net;
using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Tunnel.Rosters.Evaluation;

/// <summary>What the entries so far make of a peer.</summary>
internal sealed class PeerState(RosterKey key)
{
    public RosterKey Key => key;

    public bool IsMember { get; set; }

    /// <summary>The height of the entry that made the peer an administrator, as long as it is one.</summary>
    public ulong? AdministratorSince { get; set; }

    public string Name { get; set; } = string.Empty;

    public IPAddress Address { get; set; } = IPAddress.Any;
}
