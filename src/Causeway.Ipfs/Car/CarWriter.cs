using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Car;

/// <summary>
/// Writes an archive block by block. Version 1 goes to any stream; version 2 needs one that is seekable, for its header says where the index is that follows the blocks.
/// Not thread-safe. Until <see cref="FinishAsync"/> has completed an archive of version 2 is none.
/// </summary>
/// <remarks>Source: ipld/ipld, <c>specs/transport/car</c>.</remarks>
public sealed class CarWriter
{
    private readonly Stream _target;
    private readonly CarIndexBuilder? _index;
    private readonly long _start;
    private readonly byte[] _head = new byte[UnsignedVarint.MaxLength + CarReader.MaxCidLength];
    private long _length;

    private CarWriter(Stream target, CarVersion version)
    {
        _target = target;
        _index = version == CarVersion.V2 ? new CarIndexBuilder() : null;
        _start = version == CarVersion.V2 ? target.Position : 0;
    }

    /// <summary>Writes the header.</summary>
    /// <param name="target">Where the archive goes; it is neither flushed nor closed here.</param>
    /// <param name="roots">The roots, which ought to be among the blocks. Other programs read archives of one root best.</param>
    /// <param name="version">The version.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentException">Version 2 to a stream that is not seekable.</exception>
    public static async Task<CarWriter> CreateAsync(Stream target, IReadOnlyList<Cid> roots, CarVersion version = CarVersion.V1, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(roots);
        if (version == CarVersion.V2 && !target.CanSeek) throw new ArgumentException("A CAR archive of version 2 needs a seekable stream; write version 1 to others.", nameof(target));
        var writer = new CarWriter(target, version);

        // Zeros where the offsets will be: what is not finished is not taken for an archive.
        if (version == CarVersion.V2) await target.WriteAsync(new byte[CarHeader.V2Length], cancellationToken);
        var header = CarHeader.WriteV1(roots);
        await target.WriteAsync(header, cancellationToken);
        writer._length = header.Length;
        return writer;
    }

    /// <summary>Writes a block. Nothing checks that it has its CID's hash, or was written before.</summary>
    public async ValueTask WriteAsync(Block block, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(block.Cid);
        var cid = block.Cid.Bytes;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cid.Length, CarReader.MaxCidLength, nameof(block));
        _index?.Add(block.Cid.Hash, _length);
        var head = UnsignedVarint.Write(_head, (ulong)(cid.Length + block.Data.Length));
        cid.CopyTo(_head.AsMemory(head));
        head += cid.Length;
        await _target.WriteAsync(_head.AsMemory(0, head), cancellationToken);
        await _target.WriteAsync(block.Data, cancellationToken);
        _length += head + block.Data.Length;
    }

    /// <summary>Writes what version 2 has after the blocks and before them; version 1 has nothing.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken = default)
    {
        if (_index is null) return;
        await _index.WriteAsync(_target, cancellationToken);
        var end = _target.Position;
        _target.Position = _start;
        await _target.WriteAsync(CarHeader.WriteV2(_length, CarHeader.V2Length + _length), cancellationToken);
        _target.Position = end;
    }
}
