using Causeway.Ipfs.UnixFs.Directories;

namespace Causeway.Ipfs.UnixFs;

/// <summary>How folders become blocks. The same entries have the same CID if, and only if, all of this is the same.</summary>
public sealed record DirectoryProfile
{
    private const int KiB = 1024;

    /// <summary>Between gateways: version 0 CIDs, always sharded.</summary>
    public static DirectoryProfile Gateway { get; } = new() { CidVersion = 0, IsAlwaysSharded = true };

    /// <summary>What Helia, and Kubo with <c>--cid-version=1</c>, do when nobody says otherwise: version 1 CIDs, sharded over 256 KiB.</summary>
    public static DirectoryProfile HeliaDefault { get; } = new();

    /// <summary>What Kubo does when nobody says otherwise: version 0 CIDs, sharded over 256 KiB.</summary>
    public static DirectoryProfile KuboLegacyV0 { get; } = new() { CidVersion = 0 };

    /// <summary>The version of the folders' CIDs: 0 or 1. Default: 1.</summary>
    public int CidVersion { get; init; } = 1;

    /// <summary>Whether even small and empty folders are sharded. Default: no.</summary>
    public bool IsAlwaysSharded { get; init; }

    /// <summary>A folder is sharded whose names and CIDs have more bytes than this together (as Kubo and Helia estimate its size): 0 to 1 MiB. Default: 256 KiB.</summary>
    public int ShardThreshold { get; init; } = 256 * KiB;

    /// <summary>Places of a shard in new sharded folders: a power of two, 8 to 1024. Existing ones keep theirs. Default: 256.</summary>
    public int Fanout { get; init; } = 256;

    /// <summary>The profile itself.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message says which one and what it may be.</exception>
    internal DirectoryProfile Validate()
    {
        if (CidVersion is not (0 or 1)) throw new ArgumentException($"{nameof(CidVersion)} is {CidVersion}; it may be 0 or 1.");
        if (ShardThreshold is < 0 or > 1024 * KiB) throw new ArgumentException($"{nameof(ShardThreshold)} is {ShardThreshold}; it may be 0 to {1024 * KiB}.");
        if (Fanout < 0 || !HamtShape.IsAllowed((ulong)Fanout)) throw new ArgumentException($"{nameof(Fanout)} is {Fanout}; it may be a power of two from 8 to 1024.");
        return this;
    }
}
