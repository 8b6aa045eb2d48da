using System.Security.Cryptography;
using Causeway.Cryptography.KeyFiles;

namespace Causeway.Apps.Bundles;

/// <summary>Writes bundles. Equal executables and files give equal bytes: no times, no names of machines, one order.</summary>
public static class BundleWriter
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const int BufferSize = 1 << 20;

    /// <summary>Writes a bundle, in one step in place of the file that may be there.</summary>
    /// <param name="baseFile">The executable; of a bundle only the executable is taken, not its site.</param>
    /// <param name="sources">The files, in any order.</param>
    /// <param name="output">The new file.</param>
    /// <exception cref="BundleException">Files cannot be in a bundle together, or are too many; or the executable is a damaged bundle.</exception>
    /// <exception cref="IOException">Something cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">Something may not be read or written.</exception>
    public static void Write(string baseFile, IEnumerable<BundleSource> sources, string output)
    {
        var ordered = InOrder(sources);
        var folder = Path.GetDirectoryName(Path.GetFullPath(output))!;

        // The name begins with a dot: another run that bundles this folder leaves it out.
        var draft = Path.Combine(folder, $".{Path.GetFileName(output)}.{Guid.NewGuid():N}.new");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = Executable;
        try
        {
            using (var stream = new FileStream(draft, options))
            {
                WriteTo(stream, baseFile, ordered);
                stream.Flush(flushToDisk: true);
            }

            File.Move(draft, output, overwrite: true);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }

        PrivateFile.SynchronizeFolderOf(output);
    }

    private static List<BundleSource> InOrder(IEnumerable<BundleSource> sources)
    {
        var ordered = sources.ToList();
        ordered.Sort(static (a, b) => BundlePath.Compare(a.Path, b.Path));
        if (ordered.Count > BundleFooter.MaxEntries) throw new BundleException($"there are {ordered.Count} files, and a bundle has room for {BundleFooter.MaxEntries}");
        var names = new PathSet();
        foreach (var path in ordered.Select(static s => s.Path))
        {
            if (BundlePath.Refuse(path) is { } problem) throw new BundleException($"'{path}' cannot be in a bundle: the path {problem}; rename the file");
            if (names.Add(path) is { } other) throw new BundleException($"'{path}' and '{other}' would be the same file on some systems; rename one");
        }

        return ordered;
    }

    private static void WriteTo(FileStream stream, string baseFile, List<BundleSource> sources)
    {
        using (var bundle = Bundle.TryOpen(baseFile))
        using (var executable = new FileStream(baseFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1))
        {
            Copy(executable, stream, bundle?.BaseLength ?? executable.Length, null);
        }

        var baseLength = stream.Position;
        var entries = new List<BundleEntry>(sources.Count);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var source in sources)
        {
            var offset = stream.Position;
            using (var content = new FileStream(source.File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1)) Copy(content, stream, long.MaxValue, hash);
            entries.Add(new BundleEntry(source.Path, offset, stream.Position - offset, hash.GetHashAndReset()));
        }

        var index = BundleIndex.Write(entries);
        if (index.Length > BundleFooter.MaxIndexLength) throw new BundleException("the paths of the files are too long together for a bundle");
        stream.Write(index);
        stream.Write(BundleFooter.Of(baseLength, entries.Count, index).ToBytes());
    }

    private static void Copy(FileStream from, FileStream to, long length, IncrementalHash? hash)
    {
        var buffer = new byte[BufferSize];
        while (length > 0)
        {
            var read = from.Read(buffer, 0, (int)Math.Min(length, buffer.Length));
            if (read == 0)
            {
                if (length < long.MaxValue / 2) throw new EndOfStreamException("the executable has become shorter while it was read");
                return;
            }

            hash?.AppendData(buffer, 0, read);
            to.Write(buffer, 0, read);
            length -= read;
        }
    }
}
