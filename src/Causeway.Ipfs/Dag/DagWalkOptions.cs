using Causeway.Multiformats;

namespace Causeway.Ipfs.Dag;

/// <summary>How a DAG is walked.</summary>
public sealed record DagWalkOptions
{
    /// <summary>How many blocks are asked for ahead of the one that is due, 0 to 1024. Each may hold 2 MiB.</summary>
    public int Ahead { get; init; } = 16;

    /// <summary>
    /// How many links may wait to be followed, 1 and upwards; more fail the walk with <see cref="IpfsError.TooLarge"/>. Each takes some 150 bytes, and strangers choose how many
    /// stand in a block.
    /// </summary>
    public int MaxWaiting { get; init; } = 1 << 20;

    /// <summary>How many blocks may be met in all; more fail the walk with <see cref="IpfsError.TooLarge"/>. To be set with <see cref="Repeats"/>: small DAGs can have 2⁶⁴ paths.</summary>
    public long MaxBlocks { get; init; } = long.MaxValue;

    /// <summary>Whether a block is met as often as it is linked, rather than once.</summary>
    public bool Repeats { get; init; }

    /// <summary>
    /// Asked before a block is fetched, several times perhaps, so it should be quick and have no effects; where it says false, the block is left out with all that is below it.
    /// </summary>
    public Func<Cid, bool>? Filter { get; init; }

    /// <summary>Whether blocks that nobody has are left out, with what is below them, rather than failing the walk.</summary>
    public bool SkipsMissing { get; init; }

    /// <summary>Whether blocks whose codec is not known here count as having no links, rather than failing the walk with <see cref="IpfsError.NotSupported"/>.</summary>
    public bool TakesUnknownAsLeaves { get; init; }
}
