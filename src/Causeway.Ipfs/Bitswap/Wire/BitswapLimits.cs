namespace Causeway.Ipfs.Bitswap.Wire;

/// <summary>What is read from others at most. Sources: ipfs/specs, Bitswap; boxo, <c>bitswap/internal/defaults</c>.</summary>
internal static class BitswapLimits
{
    /// <summary>Longest message, in bytes without its length: 4 MiB (spec, "Protocol Format").</summary>
    public const int MaxMessageLength = 4 * 1024 * 1024;

    /// <summary>Longest CID, in bytes: 128 of digest and four varints of ten (boxo's <c>MaximumAllowedCid</c>).</summary>
    public const int MaxCidLength = 168;

    /// <summary>Longest prefix of a block's CID, in bytes: four varints.</summary>
    public const int MaxPrefixLength = 40;

    /// <summary>
    /// Entries of one kind (wants, blocks, presences) that are taken from one message; what comes after them is left out. A wantlist that fills
    /// a message has tens of thousands, of which a server keeps about one thousand anyway.
    /// </summary>
    public const int MaxEntries = 16_384;
}
