using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Rosters.Entries;

/// <summary>The fields that every roster entry has.</summary>
/// <param name="Network">The CREATE entry's ID; zero in CREATE itself.</param>
/// <param name="Author">Who signs.</param>
/// <param name="Height">0 in CREATE, else 1 + the highest of the parents'.</param>
/// <param name="Time">The author's clock. It is shown to users and decides nothing.</param>
/// <param name="Parents">The entries that the author knew and nobody had built upon, ascending; none in CREATE.</param>
public sealed record RosterEntryHeader(RosterEntryId Network, TunnelPeerId Author, ulong Height, DateTimeOffset Time, IReadOnlyList<RosterEntryId> Parents);
