using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Tunnel.Rosters;

/// <summary>Where a log keeps its entries.</summary>
public interface IRosterStore
{
    /// <summary>Keeps verified entries, parents before children. They count only after this has returned.</summary>
    void Append(IReadOnlyList<RosterEntry> entries);
}
