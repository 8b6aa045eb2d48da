namespace Causeway.Multiformats.Hashes;

/// <summary>Splits the binary form of multihashes: code, digest length, digest.</summary>
internal static class MultihashReader
{
    /// <summary>The longest digest read: room for identity multihashes that inline small blocks, far above every hash function.</summary>
    public const int MaxDigestLength = 1024;

    /// <summary>Reads the multihash at the start of <paramref name="source"/>; <paramref name="length"/> is its whole length.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out MultihashCode code, out int digestStart, out int length)
    {
        code = default;
        digestStart = length = 0;
        if (!UnsignedVarint.TryRead(source, out var rawCode, out var codeLength)) return false;
        if (!UnsignedVarint.TryRead(source[codeLength..], out var digestLength, out var lengthLength)) return false;
        code = (MultihashCode)rawCode;
        digestStart = codeLength + lengthLength;
        if (digestLength > MaxDigestLength || (int)digestLength > source.Length - digestStart) return false;
        if (!IsPlausible(code, (int)digestLength)) return false;
        length = digestStart + (int)digestLength;
        return true;
    }

    /// <summary>Digests may be cut short but not to nothing, and are never longer than their function's output.</summary>
    public static bool IsPlausible(MultihashCode code, int digestLength)
    {
        if (code == MultihashCode.Identity) return digestLength <= MaxDigestLength;
        return digestLength > 0 && digestLength <= (FullLength(code) ?? MaxDigestLength);
    }

    /// <summary>The function's output length in bytes, where it is fixed and known here.</summary>
    public static int? FullLength(MultihashCode code) => code switch
    {
        MultihashCode.Sha1 => 20,
        MultihashCode.Sha2_256 or MultihashCode.Sha3_256 or MultihashCode.DblSha2_256 => 32,
        MultihashCode.Sha2_384 or MultihashCode.Sha3_384 => 48,
        MultihashCode.Sha2_512 or MultihashCode.Sha3_512 => 64,
        _ => null,
    };
}
