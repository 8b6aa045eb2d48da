using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Causeway.Apps.Bundles;

/// <summary>
/// The table of a bundle's files: path, length and hash of each, in the order of their paths and of their contents, which follow each other without gaps. So there
/// is one way to write a set of files, and contents cannot overlap.
/// </summary>
internal static class BundleIndex
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    // Length of the path, length of the content, hash.
    private const int FixedSize = 2 + 8 + SHA256.HashSizeInBytes;

    /// <summary>Reads an index.</summary>
    /// <param name="bytes">All of it.</param>
    /// <param name="count">How many files it has.</param>
    /// <param name="start">Where the first content begins.</param>
    /// <param name="end">Where the last one ends.</param>
    /// <exception cref="BundleException">The bytes are no index, or name what may not be in a bundle.</exception>
    public static IReadOnlyList<BundleEntry> Read(ReadOnlySpan<byte> bytes, int count, long start, long end)
    {
        if (count > bytes.Length / FixedSize) throw Damaged("its index is too short");
        var names = new PathSet();
        var entries = new List<BundleEntry>(count);
        for (var i = 0; i < count; i++)
        {
            if (bytes.Length < 2) throw Damaged("its index is too short");
            int pathLength = BinaryPrimitives.ReadUInt16BigEndian(bytes);
            if (pathLength > BundlePath.MaxBytes || bytes.Length < FixedSize + pathLength) throw Damaged("its index is too short");
            var path = Text(bytes.Slice(2, pathLength));
            if (BundlePath.Refuse(path) is { } problem) throw Damaged($"the path of a file {problem}");
            if (entries.Count > 0 && BundlePath.Compare(entries[^1].Path, path) >= 0) throw Damaged("its files are not in order");
            if (names.Add(path) is { } other) throw Damaged($"'{path}' and '{other}' are the same file on some systems");
            bytes = bytes[(2 + pathLength)..];
            var length = BinaryPrimitives.ReadInt64BigEndian(bytes);
            if (length < 0 || length > end - start) throw Damaged("its lengths cannot be");
            entries.Add(new BundleEntry(path, start, length, bytes.Slice(8, SHA256.HashSizeInBytes).ToArray()));
            start += length;
            bytes = bytes[(8 + SHA256.HashSizeInBytes)..];
        }

        if (!bytes.IsEmpty || start != end) throw Damaged("its lengths do not add up");
        return entries;
    }

    /// <summary>Writes an index of files in order.</summary>
    public static byte[] Write(IReadOnlyList<BundleEntry> entries)
    {
        var stream = new MemoryStream();
        Span<byte> numbers = stackalloc byte[8];
        foreach (var entry in entries)
        {
            var path = StrictUtf8.GetBytes(entry.Path);
            BinaryPrimitives.WriteUInt16BigEndian(numbers, (ushort)path.Length);
            stream.Write(numbers[..2]);
            stream.Write(path);
            BinaryPrimitives.WriteInt64BigEndian(numbers, entry.Length);
            stream.Write(numbers);
            stream.Write(entry.Hash.Span);
        }

        return stream.ToArray();
    }

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new BundleException("the bundle is damaged: a path is no UTF-8", e);
        }
    }

    private static BundleException Damaged(string how) => new($"the bundle is damaged: {how}");
}
