using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Causeway.Apps.Bundles;

/// <summary>
/// A site behind an executable, opened for reading. Contents are stored as they are: they are served from where they lie in the file, any part of them, without
/// unpacking anything, and there is nothing that could be larger than the file.
/// </summary>
public sealed class Bundle : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly HashSet<string> _verified = [];
    private readonly Lock _lock = new();

    private Bundle(SafeFileHandle file, string path, long baseLength, IReadOnlyList<BundleEntry> entries)
    {
        _file = file;
        Path = path;
        BaseLength = baseLength;
        Entries = entries;
    }

    /// <summary>The bundle's file.</summary>
    public string Path { get; }

    /// <summary>Bytes of the executable in front of the site.</summary>
    public long BaseLength { get; }

    /// <summary>The site's files, in the order of their paths.</summary>
    public IReadOnlyList<BundleEntry> Entries { get; }

    /// <summary>Opens a bundle.</summary>
    /// <exception cref="BundleException">It is none, or damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static Bundle Open(string path) => TryOpen(path) ?? throw new BundleException($"'{path}' is no bundle; make one with: causeway app bundle <folder> -o <file>");

    /// <summary>Opens a bundle; null if the file is none.</summary>
    /// <exception cref="BundleException">It is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static Bundle? TryOpen(string path)
    {
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            if (Read(file) is var (footer, entries)) return new Bundle(file, System.IO.Path.GetFullPath(path), footer.BaseLength, entries);
            file.Dispose();
            return null;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>A file's content.</summary>
    /// <exception cref="BundleException">The content is not what the index says: the bundle is damaged. Checked when a file is first opened.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public Stream OpenRead(BundleEntry entry)
    {
        lock (_lock)
        {
            if (_verified.Contains(entry.Path)) return new SliceStream(_file, entry.Offset, entry.Length);
        }

        using (var content = new SliceStream(_file, entry.Offset, entry.Length))
        {
            if (!SHA256.HashData(content).AsSpan().SequenceEqual(entry.Hash.Span)) throw new BundleException($"the bundle is damaged: '{entry.Path}' is not what was put in");
        }

        lock (_lock) _verified.Add(entry.Path);
        return new SliceStream(_file, entry.Offset, entry.Length);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static (BundleFooter Footer, IReadOnlyList<BundleEntry> Entries)? Read(SafeFileHandle file)
    {
        var length = RandomAccess.GetLength(file);
        if (length < BundleFooter.Size) return null;
        var last = new byte[BundleFooter.Size];
        ReadAll(file, last, length - last.Length);
        if (BundleFooter.TryRead(last, length) is not { } footer) return null;
        var index = new byte[footer.IndexLength];
        var end = length - BundleFooter.Size - index.Length;
        ReadAll(file, index, end);
        if (!footer.Matches(index)) throw new BundleException("the bundle is damaged: its index has changed");
        return (footer, BundleIndex.Read(index, footer.EntryCount, footer.BaseLength, end));
    }

    private static void ReadAll(SafeFileHandle file, Span<byte> buffer, long offset)
    {
        while (!buffer.IsEmpty)
        {
            var read = RandomAccess.Read(file, buffer, offset);
            if (read == 0) throw new BundleException("the bundle is damaged: it ends too early");
            buffer = buffer[read..];
            offset += read;
        }
    }
}
