using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Causeway.Tunnel.Rosters.Entries;

/// <summary>The name of a roster entry: the SHA-256 of its bytes without the signature (tunnel protocol §5.1). A network is named by its CREATE entry. Ordered by bytes.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly struct RosterEntryId : IEquatable<RosterEntryId>, IComparable<RosterEntryId>
{
    /// <summary>The length in bytes.</summary>
    public const int Size = 32;

    // Big-endian words: comparing them in order compares the bytes.
    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    private RosterEntryId(ReadOnlySpan<byte> bytes)
    {
        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>Whether this is 32 zero bytes: the network ID that stands in a CREATE entry.</summary>
    public bool IsZero => (_a | _b | _c | _d) == 0;

    /// <summary>Whether two IDs name the same entry.</summary>
    public static bool operator ==(RosterEntryId left, RosterEntryId right) => left.Equals(right);

    /// <summary>Whether two IDs name different entries.</summary>
    public static bool operator !=(RosterEntryId left, RosterEntryId right) => !left.Equals(right);

    /// <summary>The ID of an entry, from its bytes without the signature.</summary>
    public static RosterEntryId Of(ReadOnlySpan<byte> unsigned)
    {
        Span<byte> digest = stackalloc byte[Size];
        SHA256.HashData(unsigned, digest);
        return new RosterEntryId(digest);
    }

    /// <summary>Reads the 32 bytes.</summary>
    /// <exception cref="ArgumentException">There are not 32 bytes.</exception>
    public static RosterEntryId Read(ReadOnlySpan<byte> bytes) => bytes.Length == Size
        ? new RosterEntryId(bytes)
        : throw new ArgumentException($"An entry ID has {Size} bytes, not {bytes.Length}.", nameof(bytes));

    /// <summary>Writes the 32 bytes.</summary>
    /// <exception cref="ArgumentException">The buffer is shorter.</exception>
    public void CopyTo(Span<byte> destination)
    {
        if (destination.Length < Size) throw new ArgumentException($"An entry ID needs {Size} bytes.", nameof(destination));
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    /// <summary>The 32 bytes in a new array.</summary>
    public byte[] ToByteArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Hexadecimal, for logs and files.</summary>
    public override string ToString() => Convert.ToHexStringLower(ToByteArray());

    /// <inheritdoc/>
    public bool Equals(RosterEntryId other) => ((_a ^ other._a) | (_b ^ other._b) | (_c ^ other._c) | (_d ^ other._d)) == 0;

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is RosterEntryId other && Equals(other);

    /// <summary>Seeded per process: whoever grinds entries cannot aim at one bucket of a table.</summary>
    public override int GetHashCode() => HashCode.Combine(_a, _b, _c, _d);

    /// <summary>Orders by bytes.</summary>
    public int CompareTo(RosterEntryId other)
    {
        var order = _a.CompareTo(other._a);
        if (order == 0) order = _b.CompareTo(other._b);
        if (order == 0) order = _c.CompareTo(other._c);
        return order == 0 ? _d.CompareTo(other._d) : order;
    }
}
