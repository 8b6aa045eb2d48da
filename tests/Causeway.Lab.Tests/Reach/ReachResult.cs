namespace Causeway.Lab.Tests.Reach;

/// <summary>What became of a cell.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="ToConnected">When the two had a connection of any kind, since both had been started; none: never.</param>
/// <param name="ToDirect">When they had a direct one; none: never.</param>
/// <param name="Failure">What went wrong besides, such as a router that is not what its label says.</param>
internal sealed record ReachResult(ReachCell Cell, TimeSpan? ToConnected, TimeSpan? ToDirect, string? Failure = null)
{
    /// <summary>Connected, and direct wherever the table says so.</summary>
    public bool IsGood => Failure is null && ToConnected is not null && (ToDirect is not null || !Cell.Expected.IsPossible);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Cell,-45} {Time("connected", ToConnected)} {Time("direct", ToDirect)} table {Cell.Expected}{(IsGood ? "" : $"  ✗ {Failure}")}";

    private static string Time(string what, TimeSpan? time) => time is { } t ? $"{what} {t.TotalMilliseconds,6:F0} ms" : $"{what}     no   ";
}
