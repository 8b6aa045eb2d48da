using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Tunnel.Rosters.Spreading;

/// <summary>What <see cref="RosterSync"/> knows of a connected member.</summary>
internal sealed class SyncPeer(TunnelPeerId id, double served)
{
    public TunnelPeerId Id => id;

    /// <summary>The heads it told last: it has their ancestors.</summary>
    public RosterEntryId[] Heads { get; set; } = [];

    public Dictionary<RosterEntryId, RosterEntry> Orphans { get; } = [];

    public TimeSpan? HeadsSent { get; set; }

    /// <summary>Bytes that it may ask for now.</summary>
    public double Served { get; set; } = served;

    public TimeSpan ServedAt { get; set; }

    /// <summary>Entries that it was asked for and that have neither come nor been given up.</summary>
    public int Asked { get; set; }
}
