using Causeway.Multiformats;

namespace Causeway.Ipfs.Http;

/// <summary>What is asked of a trustless gateway.</summary>
public sealed record TrustlessRequest
{
    /// <summary>Where the path begins.</summary>
    public required Cid Root { get; init; }

    /// <summary>The path's names, none of them empty.</summary>
    public IReadOnlyList<string> Path { get; init; } = [];

    /// <summary>Whether an archive is wanted, rather than the one block.</summary>
    public bool IsCar { get; init; }

    /// <summary>Of an archive, how much.</summary>
    public DagScope Scope { get; init; }

    /// <summary>Of a file in an archive, which part; null for all.</summary>
    public EntityRange? Range { get; init; }

    /// <summary>Whether blocks stand in the archive as often as they are linked.</summary>
    public bool Repeats { get; init; }

    /// <summary>The name that the response is to be saved under; null for one after the CID.</summary>
    public string? FileName { get; init; }

    /// <summary>What the URL must be for caches that know nothing of Accept headers; null where it is that.</summary>
    public string? ContentLocation { get; init; }

    /// <summary>The path as it was asked for, <c>/ipfs/…</c>, with escapes.</summary>
    public required string RawPath { get; init; }
}
