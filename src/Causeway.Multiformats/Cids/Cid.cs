using System.Diagnostics.CodeAnalysis;
using Causeway.Multiformats.Bases;

namespace Causeway.Multiformats;

/// <summary>A content identifier, version 0 or 1 (<c>multiformats/cid</c>): what kind of content, and its hash. Immutable, compared by value (v0 and v1 differ).</summary>
public sealed partial class Cid : IEquatable<Cid>
{
    private readonly byte[] _bytes;
    private readonly int _hashCode;
    private string? _text;

    private Cid(int version, Multicodec codec, Multihash hash, byte[] bytes)
    {
        Version = version;
        Codec = codec;
        Hash = hash;
        _bytes = bytes;

        // Seeded per process, as for peer IDs: CIDs are chosen by strangers and used as keys of tables.
        var code = new HashCode();
        code.AddBytes(bytes);
        _hashCode = code.ToHashCode();
    }

    /// <summary>0 or 1.</summary>
    public int Version { get; }

    /// <summary>The content type; always <see cref="Multicodec.DagPb"/> in version 0.</summary>
    public Multicodec Codec { get; }

    /// <summary>The content's hash.</summary>
    public Multihash Hash { get; }

    /// <summary>The binary form.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>Whether two CIDs are the same.</summary>
    public static bool operator ==(Cid? left, Cid? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether two CIDs differ.</summary>
    public static bool operator !=(Cid? left, Cid? right) => !(left == right);

    /// <summary>A version 1 CID.</summary>
    public static Cid CreateV1(Multicodec codec, Multihash hash)
    {
        Span<byte> head = stackalloc byte[1 + UnsignedVarint.MaxLength];
        head[0] = 1;
        var length = 1 + UnsignedVarint.Write(head[1..], (ulong)codec);
        return new Cid(1, codec, hash, [.. head[..length], .. hash.Bytes.Span]);
    }

    /// <summary>A version 0 CID.</summary>
    /// <exception cref="ArgumentException">The hash is not a sha2-256 of 32 bytes.</exception>
    public static Cid CreateV0(Multihash hash)
    {
        if (!HasV0Hash(hash))
        {
            throw new ArgumentException("A version 0 CID takes a sha2-256 of 32 bytes; use CreateV1 for other hashes.", nameof(hash));
        }

        return new Cid(0, Multicodec.DagPb, hash, hash.Bytes.ToArray());
    }

    /// <summary>The same content's CID in version 1.</summary>
    public Cid ToV1() => Version == 1 ? this : CreateV1(Codec, Hash);

    /// <summary>The same content's CID in version 0.</summary>
    /// <exception cref="InvalidOperationException">The codec is not dag-pb or the hash not sha2-256.</exception>
    public Cid ToV0()
    {
        if (Version == 0) return this;
        return Codec == Multicodec.DagPb && HasV0Hash(Hash)
            ? CreateV0(Hash)
            : throw new InvalidOperationException($"Only dag-pb with sha2-256 has a version 0 CID; this is {Codec.Name()} with {Hash.Code.Name()}.");
    }

    /// <summary>The usual text form: base58btc without a prefix in version 0, base32 in version 1.</summary>
    public override string ToString() => _text ??= Version == 0 ? BaseCodecs.Base58.Encode(_bytes, default) : ToString(MultibaseEncoding.Base32);

    /// <summary>The text form in a base of choice.</summary>
    /// <exception cref="InvalidOperationException">A version 0 CID, whose only text form is base58btc.</exception>
    public string ToString(MultibaseEncoding encoding)
    {
        if (Version == 1) return Multibase.Encode(_bytes, encoding);
        return encoding == MultibaseEncoding.Base58Btc
            ? ToString()
            : throw new InvalidOperationException("A version 0 CID is written in base58btc only; convert it with ToV1 first.");
    }

    /// <inheritdoc/>
    public bool Equals(Cid? other) =>
        ReferenceEquals(this, other) || (other is not null && _hashCode == other._hashCode && _bytes.AsSpan().SequenceEqual(other._bytes));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Cid);

    /// <inheritdoc/>
    public override int GetHashCode() => _hashCode;

    private static bool HasV0Hash([NotNullWhen(true)] Multihash? hash) => hash is { Code: MultihashCode.Sha2_256, Digest.Length: 32 };
}
