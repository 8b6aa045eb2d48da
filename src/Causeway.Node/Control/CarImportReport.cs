namespace Causeway.Node.Control;

/// <summary>How an import of an archive stands. The last one has the roots, or a problem.</summary>
public sealed record CarImportReport
{
    /// <summary>Bytes of blocks so far.</summary>
    public required long Bytes { get; init; }

    /// <summary>How many blocks it has, at the end.</summary>
    public long? Blocks { get; init; }

    /// <summary>The roots that the archive names, at the end.</summary>
    public IReadOnlyList<string>? Roots { get; init; }

    /// <summary>Whether what is below the roots is kept, at the end: it is not where that was not wanted, where there are no roots, or where the node keeps blocks in memory.</summary>
    public bool? Pinned { get; init; }

    /// <summary>Why the import, or pinning what it has brought, failed.</summary>
    public string? Problem { get; init; }
}
