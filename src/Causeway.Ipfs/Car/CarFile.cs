using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;
using Microsoft.Win32.SafeHandles;

namespace Causeway.Ipfs.Car;

/// <summary>
/// An archive as a source of blocks, each read from the file when it is asked for and checked against its CID. Where an archive of version 2 has an index
/// (MultihashIndexSorted) it is used; otherwise the file is read once from end to end to find where blocks begin. Thread-safe.
/// </summary>
public sealed class CarFile : IBlockSource, IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly long _start;
    private readonly CarIndex? _index;
    private readonly Dictionary<Multihash, long> _offsets;

    private CarFile(SafeFileHandle file, CarReader reader, CarIndex? index, Dictionary<Multihash, long> offsets)
    {
        _file = file;
        _start = reader.DataOffset;
        _index = index;
        _offsets = offsets;
        Version = reader.Version;
        Roots = reader.Roots;
    }

    /// <summary>The archive's version.</summary>
    public CarVersion Version { get; }

    /// <summary>The roots that the header names; none at all, perhaps.</summary>
    public IReadOnlyList<Cid> Roots { get; }

    /// <summary>Opens an archive, which must not change as long as it is open.</summary>
    /// <exception cref="IpfsException">Not an archive, or a damaged one; see <see cref="CarReader"/>.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<CarFile> OpenAsync(string path, CarLimits? limits = null, CancellationToken cancellationToken = default)
    {
        var file = File.OpenHandle(path, options: FileOptions.Asynchronous | FileOptions.RandomAccess);
        try
        {
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
            await using var reader = await CarReader.OpenAsync(stream, limits, leaveOpen: false, cancellationToken);
            Dictionary<Multihash, long> offsets = [];
            var index = await ReadIndexAsync(reader, path, cancellationToken);
            if (index is null)
                while (await reader.SkipAsync(cancellationToken) is { } block) offsets.TryAdd(block.Cid.Hash, block.Offset);
            return new CarFile(file, reader, index, offsets);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask<ReadOnlyMemory<byte>> GetAsync(Cid cid, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cid);
        if (Block.TryInline(cid, out var inline)) return inline.Value.Data;
        var offset = _offsets.TryGetValue(cid.Hash, out var found) ? found : _index?.Find(cid.Hash);
        if (offset is not { } at) throw new IpfsException(IpfsError.BlockNotFound, $"The block {cid} is not in the archive.");
        if (at < 0 || at > RandomAccess.GetLength(_file) - _start) throw CarInput.Malformed("its index leads past its end");
        var head = new byte[UnsignedVarint.MaxLength + CarReader.MaxCidLength];
        var read = await RandomAccess.ReadAsync(_file, head, _start + at, cancellationToken);
        if (!UnsignedVarint.TryRead(head.AsSpan(0, read), out var length, out var lengthLength) || !Cid.TryRead(head.AsSpan(lengthLength, read - lengthLength), out var named, out var cidLength)
            || named.Hash != cid.Hash || length < (ulong)cidLength || length > (ulong)(Block.MaxLength + cidLength))
            throw CarInput.Malformed($"its index names another place for the block {cid} than it has");
        var data = new byte[(int)length - cidLength];
        await ReadAllAsync(data, _start + at + lengthLength + cidLength, cancellationToken);
        return Block.Verify(cid, data).Data;
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    private static async Task<CarIndex?> ReadIndexAsync(CarReader reader, string path, CancellationToken cancellationToken)
    {
        if (reader.IndexOffset == 0) return null;
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        if (reader.IndexOffset >= stream.Length) throw CarInput.Malformed("its index begins past its end");
        stream.Position = reader.IndexOffset;
        return await CarIndex.ReadAsync(stream, stream.Length - reader.IndexOffset, cancellationToken);
    }

    private async Task ReadAllAsync(Memory<byte> target, long offset, CancellationToken cancellationToken)
    {
        while (target.Length > 0)
        {
            var read = await RandomAccess.ReadAsync(_file, target, offset, cancellationToken);
            if (read == 0) throw CarInput.Malformed("it ends in the middle of a block");
            target = target[read..];
            offset += read;
        }
    }
}
