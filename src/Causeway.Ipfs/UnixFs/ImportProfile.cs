namespace Causeway.Ipfs.UnixFs;

/// <summary>
/// How files become blocks. Two imports of the same bytes have the same CID if, and only if, all of this is the same. The profiles that are named here are those
/// of other programs.
/// </summary>
public sealed record ImportProfile
{
    private const int KiB = 1024;
    private const int MaxMaxLinks = 8192;

    /// <summary>Between gateways: version 1 CIDs, DAG-PB leaves of 256 KiB, 174 links a node.</summary>
    public static ImportProfile Gateway { get; } = new() { Chunker = Chunker.Fixed(256 * KiB), Leaves = LeafKind.UnixFsFile, MaxLinks = 174 };

    /// <summary>What Helia does when nobody says otherwise (and the name <c>unixfs-v1-2025</c> of IPIP-499): version 1 CIDs, raw leaves of 1 MiB, 1024 links a node.</summary>
    public static ImportProfile HeliaDefault { get; } = new();

    /// <summary>Version 1 CIDs, raw leaves of 1 MiB, 1024 links a node.</summary>
    public static ImportProfile V1Raw1MiB => HeliaDefault;

    /// <summary>Version 1 CIDs, raw leaves of 256 KiB, 174 links a node: Kubo with <c>--cid-version=1</c>.</summary>
    public static ImportProfile V1Raw256KiB { get; } = new() { Chunker = Chunker.Fixed(256 * KiB), MaxLinks = 174 };

    /// <summary>What Kubo does when nobody says otherwise (and the name <c>unixfs-v0-2015</c> of IPIP-499): version 0 CIDs, DAG-PB leaves of 256 KiB, 174 links a node.</summary>
    public static ImportProfile KuboLegacyV0 { get; } = Gateway with { CidVersion = 0 };

    /// <summary>Where files are cut. Default: every 1 MiB.</summary>
    public Chunker Chunker { get; init; } = Chunker.Fixed(1024 * KiB);

    /// <summary>What the leaves are. Default: raw blocks.</summary>
    public LeafKind Leaves { get; init; }

    /// <summary>How the leaves are linked. Default: balanced.</summary>
    public FileLayout Layout { get; init; }

    /// <summary>Most leaves, or nodes above them, that a node links: 2 to 8192. In the trickle layout a node links as many leaves, and nodes beside them. Default: 1024.</summary>
    public int MaxLinks { get; init; } = 1024;

    /// <summary>The version of all CIDs but those of raw leaves: 0 or 1. Default: 1.</summary>
    public int CidVersion { get; init; } = 1;

    /// <summary>Whether a file with one leaf is that leaf, without a node above it. Default: yes.</summary>
    public bool SingleLeafIsFile { get; init; } = true;

    /// <summary>The profile itself.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message says which one and what it may be.</exception>
    internal ImportProfile Validate()
    {
        if (MaxLinks is < 2 or > MaxMaxLinks) throw new ArgumentException($"{nameof(MaxLinks)} is {MaxLinks}; it may be 2 to {MaxMaxLinks}.");
        if (CidVersion is not (0 or 1)) throw new ArgumentException($"{nameof(CidVersion)} is {CidVersion}; it may be 0 or 1.");
        return this;
    }
}
