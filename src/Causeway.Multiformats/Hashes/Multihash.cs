using System.Diagnostics.CodeAnalysis;
using Causeway.Multiformats.Bases;
using Causeway.Multiformats.Hashes;

namespace Causeway.Multiformats;

/// <summary>A self-describing digest: the function's code, the digest's length, the digest (<c>multiformats/multihash</c>). Immutable, compared by value.</summary>
public sealed class Multihash : IEquatable<Multihash>
{
    /// <summary>The longest digest, in bytes: room for identity multihashes that inline small blocks, far above every hash function.</summary>
    public const int MaxDigestLength = MultihashReader.MaxDigestLength;

    private readonly byte[] _bytes;
    private readonly int _digestStart;

    private Multihash(byte[] bytes, MultihashCode code, int digestStart)
    {
        _bytes = bytes;
        _digestStart = digestStart;
        Code = code;
    }

    /// <summary>The hash function.</summary>
    public MultihashCode Code { get; }

    /// <summary>The binary form.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>The digest; it may be shorter than the function's output.</summary>
    public ReadOnlyMemory<byte> Digest => _bytes.AsMemory(_digestStart);

    /// <summary>Whether two multihashes are the same.</summary>
    public static bool operator ==(Multihash? left, Multihash? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether two multihashes differ.</summary>
    public static bool operator !=(Multihash? left, Multihash? right) => !(left == right);

    /// <summary>Whether <see cref="Compute"/> and <see cref="Matches"/> know this function on this machine.</summary>
    public static bool CanCompute(MultihashCode code) => HashFunctions.CanCompute(code);

    /// <summary>Hashes <paramref name="data"/>.</summary>
    /// <exception cref="NotSupportedException">The function is not computed here.</exception>
    /// <exception cref="ArgumentException">Identity of more than <see cref="MaxDigestLength"/> bytes.</exception>
    public static Multihash Compute(MultihashCode code, ReadOnlySpan<byte> data)
    {
        if (code == MultihashCode.Identity) return FromDigest(code, data);
        Span<byte> digest = stackalloc byte[HashFunctions.DefaultLength(code)];
        HashFunctions.Compute(code, data, digest);
        return FromDigest(code, digest);
    }

    /// <summary>The multihash of a digest that was computed elsewhere. Any code will do.</summary>
    /// <exception cref="ArgumentException">The digest is empty (and not identity), longer than the function's output, or than <see cref="MaxDigestLength"/>.</exception>
    public static Multihash FromDigest(MultihashCode code, ReadOnlySpan<byte> digest)
    {
        if (!MultihashReader.IsPlausible(code, digest.Length))
        {
            throw new ArgumentException($"A digest of {digest.Length} bytes does not fit {code.Name()}.", nameof(digest));
        }

        Span<byte> head = stackalloc byte[2 * UnsignedVarint.MaxLength];
        var length = UnsignedVarint.Write(head, (ulong)code);
        length += UnsignedVarint.Write(head[length..], (ulong)digest.Length);
        return new Multihash([.. head[..length], .. digest], code, length);
    }

    /// <summary>Reads the binary form, strictly: nothing may follow.</summary>
    /// <exception cref="FormatException">Not a multihash.</exception>
    public static Multihash FromBytes(ReadOnlySpan<byte> bytes) => TryFromBytes(bytes, out var hash)
        ? hash
        : throw new FormatException($"Not a multihash ({bytes.Length} bytes): expected a function code, a length and a digest of that length.");

    /// <summary>As <see cref="FromBytes"/>, without the exception.</summary>
    public static bool TryFromBytes(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Multihash? hash)
    {
        if (TryRead(bytes, out hash, out var length) && length == bytes.Length) return true;
        hash = null;
        return false;
    }

    /// <summary>Reads the multihash at the start of <paramref name="bytes"/>; more may follow.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Multihash? hash, out int length)
    {
        hash = MultihashReader.TryRead(bytes, out var code, out var digestStart, out length)
            ? new Multihash(bytes[..length].ToArray(), code, digestStart)
            : null;
        return hash is not null;
    }

    /// <summary>Whether this is the hash of <paramref name="data"/>, over as many bytes as the digest has.</summary>
    /// <exception cref="NotSupportedException">The function is not computed here.</exception>
    public bool Matches(ReadOnlySpan<byte> data)
    {
        var digest = Digest.Span;
        if (Code == MultihashCode.Identity) return data.SequenceEqual(digest);
        Span<byte> computed = stackalloc byte[HashFunctions.DefaultLength(Code)];
        HashFunctions.Compute(Code, data, computed);
        return digest.Length <= computed.Length && digest.SequenceEqual(computed[..digest.Length]);
    }

    /// <summary>The base58btc text form.</summary>
    public override string ToString() => _bytes.Length <= BaseCodecs.Base58.MaxBytes
        ? BaseCodecs.Base58.Encode(_bytes, default)
        : Multibase.Encode(_bytes, MultibaseEncoding.Base32);

    /// <inheritdoc/>
    public bool Equals(Multihash? other) => ReferenceEquals(this, other) || (other is not null && _bytes.AsSpan().SequenceEqual(other._bytes));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Multihash);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_bytes);
        return hash.ToHashCode();
    }
}
