namespace Causeway.Tunnel.Rosters.Spreading;

/// <summary>How <see cref="RosterSync"/> bounds what a member may cost.</summary>
public sealed record RosterSyncOptions
{
    /// <summary>How long one that sent something invalid is neither asked nor listened to. Default: 1 minute (tunnel protocol §5.3).</summary>
    public TimeSpan Penalty { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The shortest time between two ROSTER_HEADS to one member that nothing called for. Default: 1 s.</summary>
    public TimeSpan HeadsInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long an entry that one member was asked for is not asked of others. Default: 5 s.</summary>
    public TimeSpan AnswerTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one that let a request pass is asked only for what nobody else offers; ends when it brings something new. Default: 10 minutes.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Entries that one member is asked for at the same time. Default: 256.</summary>
    public int Asked { get; init; } = 256;

    /// <summary>The most bytes of entries in one answer; the rest is asked for again. Default: 480 000.</summary>
    public int AnswerSize { get; init; } = 8 * RosterMessages.MaximumEntries;

    /// <summary>Bytes of entries that a member may ask for in a second, on average. Default: 4 MB.</summary>
    public int ServedPerSecond { get; init; } = 4_000_000;

    /// <summary>Entries kept of one member while their parents are missing. Default: 64.</summary>
    public int Orphans { get; init; } = 64;
}
