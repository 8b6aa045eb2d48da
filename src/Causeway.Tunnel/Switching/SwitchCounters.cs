namespace Causeway.Tunnel.Switching;

/// <summary>Counts frames by what became of them. Read at any time; written under the switch's lock.</summary>
public sealed class SwitchCounters
{
    private static readonly int Reasons = Enum.GetValues<SwitchDropReason>().Length;

    private readonly long[] _drops = new long[Reasons];
    private long _passed;
    private long _flooded;
    private long _unlearned;

    /// <summary>Frames passed on, those to everybody included.</summary>
    public long Passed => Volatile.Read(ref _passed);

    /// <summary>Of these, frames to everybody: broadcast, multicast, unknown destination.</summary>
    public long Flooded => Volatile.Read(ref _flooded);

    /// <summary>Frames whose source was not remembered because the table is full.</summary>
    public long Unlearned => Volatile.Read(ref _unlearned);

    /// <summary>Frames dropped for a reason.</summary>
    public long Dropped(SwitchDropReason reason) => Volatile.Read(ref _drops[(int)reason]);

    internal void AddPassed() => _passed++;

    internal void AddFlooded() => _flooded++;

    internal void AddUnlearned() => _unlearned++;

    internal void AddDrop(SwitchDropReason reason) => _drops[(int)reason]++;
}
