using System.Collections.Concurrent;
using Causeway.Gateway.Files.Content;
using Causeway.Ipfs;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.UnixFs;
using Causeway.Multiformats;

namespace Causeway.Gateway.Files.Tree;

/// <summary>Lists trees. What it has found out about a file it remembers, so that the list of a tree in which little has changed costs little.</summary>
internal sealed class TreeReader(IBlockSource blocks, FilesOptions options)
{
    // CIDs whose kind is remembered; when there are more, all are forgotten and found out anew.
    private const int MaxKnown = 100_000;

    private readonly UnixFsReader _reader = new(blocks);
    private readonly ConcurrentDictionary<Cid, Known> _known = new();

    /// <summary>All files and folders under a root, at every depth.</summary>
    /// <exception cref="IpfsException">A folder is not here, the root is none, or there are too many or too deep.</exception>
    public async Task<FileList> ListAsync(Cid root, CancellationToken cancellationToken)
    {
        if (!await IsDirectoryAsync(root, cancellationToken)) throw new IpfsException(IpfsError.WrongKind, $"{root} is not a directory");
        var entries = new SortedDictionary<string, FileEntry>(StringComparer.Ordinal);
        await AddAsync(root, "", 1, entries, cancellationToken);
        return new FileList(root.ToString(), entries);
    }

    /// <summary>Whether something is a folder.</summary>
    /// <exception cref="IpfsException">It is not here, or neither a file nor a folder.</exception>
    public async ValueTask<bool> IsDirectoryAsync(Cid cid, CancellationToken cancellationToken) => (await FindOutAsync(cid, cancellationToken)).Kind == UnixFsKind.Directory;

    /// <summary>What kind of file something is.</summary>
    /// <exception cref="IpfsException">It is not here, or neither a file nor a folder.</exception>
    public async ValueTask<string> MediaTypeAsync(string name, Cid cid, CancellationToken cancellationToken)
    {
        if (MediaTypes.OfName(name) is { } type) return type;
        var known = await FindOutAsync(cid, cancellationToken);
        if (known.MediaType is { } sniffed) return sniffed;
        sniffed = await SniffAsync(cid, cancellationToken);
        Remember(cid, known with { MediaType = sniffed });
        return sniffed;
    }

    private async Task AddAsync(Cid folder, string prefix, int depth, SortedDictionary<string, FileEntry> entries, CancellationToken cancellationToken)
    {
        if (depth > options.MaxDepth) throw new IpfsException(IpfsError.TooLarge, $"{prefix} is deeper than {options.MaxDepth} folders");
        await foreach (var link in _reader.ListAsync(folder, cancellationToken))
        {
            // Whoever made this tree elsewhere may have named things as nobody could ask for them.
            if (!FilePath.IsName(link.Name)) continue;
            var kind = (await FindOutAsync(link.Cid, cancellationToken)).Kind;

            // Nobody here makes symbolic links, and nobody could get one.
            if (kind == UnixFsKind.Symlink) continue;
            if (entries.Count >= options.MaxListedEntries) throw new IpfsException(IpfsError.TooLarge, $"there are more than {options.MaxListedEntries} files");
            var path = prefix + link.Name;
            if (kind == UnixFsKind.Directory)
            {
                entries[path] = new FileEntry(FileEntry.Directory, link.Cid.ToString(), null);
                await AddAsync(link.Cid, path + "/", depth + 1, entries, cancellationToken);
            }
            else
            {
                entries[path] = new FileEntry(FileEntry.File, link.Cid.ToString(), await MediaTypeAsync(link.Name, link.Cid, cancellationToken));
            }
        }
    }

    private async ValueTask<Known> FindOutAsync(Cid cid, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(cid, out var known)) return known;
        var entry = await _reader.StatAsync(cid, cancellationToken);
        known = new Known(entry.Kind, null);
        Remember(cid, known);
        return known;
    }

    private async Task<string> SniffAsync(Cid cid, CancellationToken cancellationToken)
    {
        await using var content = await _reader.OpenReadAsync(cid, new UnixFsReadOptions { End = MediaTypes.SniffLength }, cancellationToken);
        var beginning = new byte[MediaTypes.SniffLength];
        var length = await content.ReadAtLeastAsync(beginning, beginning.Length, throwOnEndOfStream: false, cancellationToken);
        return MediaTypes.OfContent(beginning.AsSpan(0, length));
    }

    private void Remember(Cid cid, Known known)
    {
        if (_known.Count >= MaxKnown) _known.Clear();
        _known[cid] = known;
    }

    private sealed record Known(UnixFsKind Kind, string? MediaType);
}
