using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Causeway.Apps.Bundles;

/// <summary>
/// The last bytes of a bundle (docs/reference/app-command.md): lengths, a hash over them and the index, and the mark by which a bundle is known.
/// </summary>
/// <param name="BaseLength">Bytes of the executable in front of the site.</param>
/// <param name="EntryCount">Files in the site.</param>
/// <param name="IndexLength">Bytes of the index.</param>
/// <param name="Hash">SHA-256 of the index and the fields before this one.</param>
internal sealed record BundleFooter(long BaseLength, int EntryCount, int IndexLength, byte[] Hash)
{
    /// <summary>Bytes of a footer.</summary>
    public const int Size = FieldsSize + SHA256.HashSizeInBytes + 16;

    /// <summary>Most files in a bundle.</summary>
    public const int MaxEntries = 100_000;

    /// <summary>Longest index in bytes; it is read into memory.</summary>
    public const int MaxIndexLength = 16 * 1024 * 1024;

    private const int FieldsSize = 20;

    private const uint Version = 1;

    private static ReadOnlySpan<byte> Mark => "causeway bundle\n"u8;

    /// <summary>Makes the footer of an index.</summary>
    public static BundleFooter Of(long baseLength, int entryCount, ReadOnlySpan<byte> index)
    {
        var footer = new BundleFooter(baseLength, entryCount, index.Length, []);
        return footer with { Hash = footer.HashWith(index) };
    }

    /// <summary>Reads a footer; null if the bytes are none.</summary>
    /// <exception cref="BundleException">It is one, but of a version that is not known here, or with lengths that cannot be.</exception>
    public static BundleFooter? TryRead(ReadOnlySpan<byte> bytes, long fileLength)
    {
        if (bytes.Length != Size || !bytes.EndsWith(Mark)) return null;
        if (BinaryPrimitives.ReadUInt32BigEndian(bytes) is var version && version != Version) throw new BundleException($"the bundle has version {version}, and only {Version} is known here; use a newer causeway");
        var baseLength = BinaryPrimitives.ReadInt64BigEndian(bytes[4..]);
        var entries = BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]);
        var index = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
        if (baseLength < 0 || entries > MaxEntries || index > MaxIndexLength || baseLength > fileLength - Size - index) throw new BundleException("the bundle is damaged: its lengths cannot be");
        return new BundleFooter(baseLength, (int)entries, (int)index, bytes.Slice(FieldsSize, SHA256.HashSizeInBytes).ToArray());
    }

    /// <summary>Whether this footer was made for an index.</summary>
    public bool Matches(ReadOnlySpan<byte> index) => HashWith(index).AsSpan().SequenceEqual(Hash);

    /// <summary>The bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        WriteFields(bytes);
        Hash.CopyTo(bytes, FieldsSize);
        Mark.CopyTo(bytes.AsSpan(FieldsSize + SHA256.HashSizeInBytes));
        return bytes;
    }

    private byte[] HashWith(ReadOnlySpan<byte> index)
    {
        Span<byte> fields = stackalloc byte[FieldsSize];
        WriteFields(fields);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(index);
        hash.AppendData(fields);
        return hash.GetHashAndReset();
    }

    private void WriteFields(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Version);
        BinaryPrimitives.WriteInt64BigEndian(bytes[4..], BaseLength);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[12..], (uint)EntryCount);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[16..], (uint)IndexLength);
    }
}
