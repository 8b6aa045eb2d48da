using System.Runtime.InteropServices;
using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Bitswap.Wire;

/// <summary>A CID without its digest: four varints (ipfs/specs, Bitswap, "Bitswap 1.1.0").</summary>
/// <param name="Version">0 or 1.</param>
/// <param name="Codec">The content type.</param>
/// <param name="Hash">The hash function.</param>
/// <param name="DigestLength">The digest's length, in bytes.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CidPrefix(int Version, Multicodec Codec, MultihashCode Hash, int DigestLength)
{
    /// <summary>The prefix of a CID.</summary>
    public static CidPrefix Of(Cid cid) => new(cid.Version, cid.Codec, cid.Hash.Code, cid.Hash.Digest.Length);

    /// <summary>Reads one; nothing may follow.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out CidPrefix prefix)
    {
        prefix = default;
        Span<ulong> parts = stackalloc ulong[4];
        foreach (ref var part in parts)
        {
            if (!UnsignedVarint.TryRead(bytes, out part, out var length)) return false;
            bytes = bytes[length..];
        }

        if (!bytes.IsEmpty || parts[0] > 1 || parts[3] > Multihash.MaxDigestLength) return false;
        prefix = new CidPrefix((int)parts[0], (Multicodec)parts[1], (MultihashCode)parts[2], (int)parts[3]);
        return true;
    }

    /// <summary>Writes it, and returns how many bytes it took: at most <see cref="BitswapLimits.MaxPrefixLength"/>.</summary>
    public int Write(Span<byte> target)
    {
        var length = UnsignedVarint.Write(target, (ulong)Version);
        length += UnsignedVarint.Write(target[length..], (ulong)Codec);
        length += UnsignedVarint.Write(target[length..], (ulong)Hash);
        return length + UnsignedVarint.Write(target[length..], (ulong)DigestLength);
    }

    /// <summary>The multihash that bytes have under this prefix; null where it proves nothing or cannot be computed here (as <see cref="Block.CanVerify"/>).</summary>
    public Multihash? HashOf(ReadOnlySpan<byte> data)
    {
        if (Hash == MultihashCode.Identity || DigestLength < Block.MinDigestLength || !Multihash.CanCompute(Hash)) return null;
        var whole = Multihash.Compute(Hash, data);
        if (whole.Digest.Length == DigestLength) return whole;
        return DigestLength < whole.Digest.Length ? Multihash.FromDigest(Hash, whole.Digest.Span[..DigestLength]) : null;
    }
}
