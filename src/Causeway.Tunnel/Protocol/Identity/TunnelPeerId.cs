using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Causeway.Cryptography.Hybrid;
using Causeway.Multiformats;

namespace Causeway.Tunnel.Protocol.Identity;

/// <summary>
/// The name of a member or a relay: the SHA-256 of its hybrid public key (tunnel protocol §1). On the wire 32 bytes; in text the multihash
/// <c>12 20 ‖ digest</c> in multibase base32, <c>bciq…</c>. Ordered by bytes.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly struct TunnelPeerId : IEquatable<TunnelPeerId>, IComparable<TunnelPeerId>
{
    /// <summary>The length in bytes.</summary>
    public const int Size = 32;

    /// <summary>The length of the text form: a prefix and 8 characters for every 5 of 34 bytes.</summary>
    public const int TextLength = 56;

    // Big-endian words: comparing them in order compares the bytes.
    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    private TunnelPeerId(ReadOnlySpan<byte> bytes)
    {
        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>Whether this is the default value, 32 zero bytes, which names nobody.</summary>
    public bool IsZero => (_a | _b | _c | _d) == 0;

    /// <summary>Whether two IDs name the same peer.</summary>
    public static bool operator ==(TunnelPeerId left, TunnelPeerId right) => left.Equals(right);

    /// <summary>Whether two IDs name different peers.</summary>
    public static bool operator !=(TunnelPeerId left, TunnelPeerId right) => !left.Equals(right);

    /// <summary>Whether the left one comes first in the order of bytes.</summary>
    public static bool operator <(TunnelPeerId left, TunnelPeerId right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left one comes later in the order of bytes.</summary>
    public static bool operator >(TunnelPeerId left, TunnelPeerId right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left one does not come later in the order of bytes.</summary>
    public static bool operator <=(TunnelPeerId left, TunnelPeerId right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left one does not come first in the order of bytes.</summary>
    public static bool operator >=(TunnelPeerId left, TunnelPeerId right) => left.CompareTo(right) >= 0;

    /// <summary>The peer ID of a public key in its wire form, <c>ML-DSA-87 key (2592) ‖ Ed25519 key (32)</c>.</summary>
    /// <exception cref="ArgumentException">There are not 2624 bytes.</exception>
    public static TunnelPeerId FromPublicKey(ReadOnlySpan<byte> publicKey)
    {
        if (publicKey.Length != HybridPublicKey.Size) throw new ArgumentException($"A hybrid public key has {HybridPublicKey.Size} bytes, not {publicKey.Length}.", nameof(publicKey));
        Span<byte> digest = stackalloc byte[Size];
        SHA256.HashData(publicKey, digest);
        return new TunnelPeerId(digest);
    }

    /// <summary>The peer ID of a public key.</summary>
    public static TunnelPeerId FromPublicKey(HybridPublicKey publicKey) => new(publicKey.Fingerprint.Span);

    /// <summary>Reads the 32 bytes of the wire form.</summary>
    /// <exception cref="ArgumentException">There are not 32 bytes.</exception>
    public static TunnelPeerId Read(ReadOnlySpan<byte> bytes) => bytes.Length == Size
        ? new TunnelPeerId(bytes)
        : throw new ArgumentException($"A peer ID has {Size} bytes, not {bytes.Length}.", nameof(bytes));

    /// <summary>Reads the text form.</summary>
    /// <exception cref="FormatException">Not a peer ID.</exception>
    public static TunnelPeerId Parse(string text) => TryParse(text, out var peerId)
        ? peerId
        : throw new FormatException($"Not a peer ID: expected {TextLength} characters that begin with bciq.");

    /// <summary>As <see cref="Parse"/>, without the exception. Only the one text that <see cref="ToString"/> writes is accepted.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out TunnelPeerId peerId)
    {
        peerId = default;
        if (text is not { Length: TextLength } || !Multibase.TryDecode(text, out var bytes, out var encoding)) return false;
        if (encoding != MultibaseEncoding.Base32 || bytes is not [0x12, Size, ..] || bytes.Length != Size + 2) return false;
        var parsed = new TunnelPeerId(bytes.AsSpan(2));
        if (!string.Equals(parsed.ToString(), text, StringComparison.Ordinal)) return false;
        peerId = parsed;
        return true;
    }

    /// <summary>Writes the 32 bytes of the wire form.</summary>
    /// <exception cref="ArgumentException">The buffer is shorter.</exception>
    public void CopyTo(Span<byte> destination)
    {
        if (destination.Length < Size) throw new ArgumentException($"A peer ID needs {Size} bytes.", nameof(destination));
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    /// <summary>The 32 bytes of the wire form, in a new array.</summary>
    public byte[] ToByteArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>The text form, <c>bciq…</c>.</summary>
    public override string ToString()
    {
        Span<byte> multihash = stackalloc byte[Size + 2];
        multihash[0] = 0x12;
        multihash[1] = Size;
        CopyTo(multihash[2..]);
        return Multibase.Encode(multihash, MultibaseEncoding.Base32);
    }

    /// <inheritdoc/>
    public bool Equals(TunnelPeerId other) => ((_a ^ other._a) | (_b ^ other._b) | (_c ^ other._c) | (_d ^ other._d)) == 0;

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is TunnelPeerId other && Equals(other);

    /// <summary>Seeded per process: whoever grinds keys cannot aim at one bucket of a table.</summary>
    public override int GetHashCode() => HashCode.Combine(_a, _b, _c, _d);

    /// <summary>Orders by bytes.</summary>
    public int CompareTo(TunnelPeerId other)
    {
        var order = _a.CompareTo(other._a);
        if (order == 0) order = _b.CompareTo(other._b);
        if (order == 0) order = _c.CompareTo(other._c);
        return order == 0 ? _d.CompareTo(other._d) : order;
    }
}
