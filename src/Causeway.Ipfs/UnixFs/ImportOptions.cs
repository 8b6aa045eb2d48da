namespace Causeway.Ipfs.UnixFs;

/// <summary>What an import may be told about one file.</summary>
public sealed record ImportOptions
{
    /// <summary>The file's permissions, the lowest twelve bits as in POSIX; null writes none. The usual ones, 0644, are not written either.</summary>
    public int? Mode { get; init; }

    /// <summary>When the file was changed, to 100 ns; null writes none.</summary>
    public DateTimeOffset? ModifiedTime { get; init; }

    /// <summary>Told the number of bytes that are imported so far, leaf by leaf, in order, on the thread that imports.</summary>
    public IProgress<long>? Progress { get; init; }
}
