using System.Diagnostics.CodeAnalysis;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Blocks;

/// <summary>Bytes, and the CID that names them. Whoever makes one vouches for the hash: <see cref="Verify"/> what comes from others.</summary>
/// <param name="Cid">Version, codec and hash.</param>
/// <param name="Data">The bytes; nobody changes them any more.</param>
public readonly record struct Block(Cid Cid, ReadOnlyMemory<byte> Data)
{
    /// <summary>Longest block that is taken from or sent to others, in bytes: 2 MiB (libp2p/specs and ipfs/specs, Bitswap, "Block Sizes").</summary>
    public const int MaxLength = 2 * 1024 * 1024;

    /// <summary>Shortest digest that proves anything, in bytes (go-verifcid and Kubo refuse shorter ones).</summary>
    public const int MinDigestLength = 20;

    /// <summary>Longest bytes that a CID may carry in itself (as go-verifcid and Kubo).</summary>
    public const int MaxInlineLength = 128;

    /// <summary>The block of some bytes, under a version 1 CID with sha2-256.</summary>
    public static Block Create(Multicodec codec, ReadOnlyMemory<byte> data) => new(Cid.CreateV1(codec, Multihash.Compute(MultihashCode.Sha2_256, data.Span)), data);

    /// <summary>The block of bytes that claim to have a CID.</summary>
    /// <exception cref="IpfsException">
    /// They do not have its hash (<see cref="IpfsError.HashMismatch"/>), are too long (<see cref="IpfsError.TooLarge"/>), or cannot be checked
    /// (<see cref="IpfsError.NotSupported"/>, see <see cref="CanVerify"/>).
    /// </exception>
    public static Block Verify(Cid cid, ReadOnlyMemory<byte> data)
    {
        ArgumentNullException.ThrowIfNull(cid);
        if (data.Length > MaxLength) throw new IpfsException(IpfsError.TooLarge, $"The block {cid} has {data.Length} bytes; {MaxLength} are allowed.");
        if (!CanVerify(cid))
            throw new IpfsException(IpfsError.NotSupported, $"The block {cid} cannot be verified: {cid.Hash.Code.Name()} with {cid.Hash.Digest.Length} bytes is not accepted here.");
        return cid.Hash.Matches(data.Span) ? new Block(cid, data) : throw new IpfsException(IpfsError.HashMismatch, $"The bytes given for {cid} have another hash.");
    }

    /// <summary>Whether bytes can be checked against a CID: a hash function that is known here, and a digest that is long enough to prove something.</summary>
    public static bool CanVerify(Cid cid)
    {
        ArgumentNullException.ThrowIfNull(cid);
        var length = cid.Hash.Digest.Length;
        return cid.Hash.Code == MultihashCode.Identity ? length <= MaxInlineLength : length >= MinDigestLength && Multihash.CanCompute(cid.Hash.Code);
    }

    /// <summary>The block of a CID that carries its bytes in itself (hash function <c>identity</c>). Stores never keep those.</summary>
    public static bool TryInline(Cid cid, [NotNullWhen(true)] out Block? block)
    {
        ArgumentNullException.ThrowIfNull(cid);
        block = cid.Hash.Code == MultihashCode.Identity ? new Block(cid, cid.Hash.Digest) : null;
        return block is not null;
    }
}
