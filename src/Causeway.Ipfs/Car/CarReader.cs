using System.Runtime.CompilerServices;
using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Car;

/// <summary>
/// Reads an archive of either version from its beginning to its end, block by block; every block has the hash of its CID. The stream needs not be seekable, and the index of version 2
/// is not looked at (see <see cref="CarFile"/>). Not thread-safe.
/// </summary>
/// <remarks>Source: ipld/ipld, <c>specs/transport/car</c>. That roots are among the blocks, and that blocks form whole DAGs, is not asked for there, and not checked here.</remarks>
public sealed class CarReader : IAsyncDisposable
{
    // No CID of a hash that is accepted here is longer; those that carry bytes in themselves are at most this long.
    internal const int MaxCidLength = Block.MaxInlineLength + 32;

    private readonly CarInput _input;
    private readonly Stream? _owned;
    private readonly CarLimits _limits;
    private long _blocks;
    private long _bytes;

    private CarReader(CarInput input, Stream? owned, CarLimits limits)
    {
        _input = input;
        _owned = owned;
        _limits = limits;
    }

    /// <summary>The archive's version.</summary>
    public CarVersion Version { get; private set; } = CarVersion.V1;

    /// <summary>The roots that the header names; none at all, perhaps.</summary>
    public IReadOnlyList<Cid> Roots { get; private set; } = [];

    /// <summary>Where version 1's part begins in the stream, in bytes from where it was opened.</summary>
    internal long DataOffset { get; private set; }

    /// <summary>Where the index of version 2 begins, or 0.</summary>
    internal long IndexOffset { get; private set; }

    /// <summary>Reads the header.</summary>
    /// <param name="stream">The archive, from its first byte.</param>
    /// <param name="limits">What is read at most.</param>
    /// <param name="leaveOpen">Whether the stream stays open when the reader is disposed.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="IpfsException">Not an archive (<see cref="IpfsError.Malformed"/>), one of another version (<see cref="IpfsError.NotSupported"/>), or over a limit
    /// (<see cref="IpfsError.TooLarge"/>).</exception>
    public static async Task<CarReader> OpenAsync(Stream stream, CarLimits? limits = null, bool leaveOpen = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        limits ??= new CarLimits();
        limits.Validate();
        var reader = new CarReader(new CarInput(stream), leaveOpen ? null : stream, limits);
        try
        {
            await reader.ReadHeadersAsync(cancellationToken);
            return reader;
        }
        catch
        {
            await reader.DisposeAsync();
            throw;
        }
    }

    /// <summary>The next block, or null after the last one.</summary>
    /// <exception cref="IpfsException">
    /// The archive is damaged (<see cref="IpfsError.Malformed"/>), a block has another hash than its CID (<see cref="IpfsError.HashMismatch"/>) or one that is not accepted here
    /// (<see cref="IpfsError.NotSupported"/>), or a limit was reached (<see cref="IpfsError.TooLarge"/>).
    /// </exception>
    public async ValueTask<Block?> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (await _input.ReadVarintAsync(cancellationToken) is not { } length) return null;
        if (length > Block.MaxLength + MaxCidLength) throw new IpfsException(IpfsError.TooLarge, $"The CAR archive has a block of more than {Block.MaxLength} bytes.");
        if (++_blocks > _limits.MaxBlocks) throw new IpfsException(IpfsError.TooLarge, $"The CAR archive has more than {_limits.MaxBlocks} blocks.");
        var section = GC.AllocateUninitializedArray<byte>((int)length);
        await _input.ReadAsync(section, cancellationToken);
        if (!Cid.TryRead(section, out var cid, out var cidLength)) throw CarInput.Malformed("a block has no CID");
        if ((_bytes += section.Length - cidLength) > _limits.MaxBytes) throw new IpfsException(IpfsError.TooLarge, $"The CAR archive has more than {_limits.MaxBytes} bytes of blocks.");
        return Block.Verify(cid, section.AsMemory(cidLength));
    }

    /// <summary>All blocks that were not read yet.</summary>
    /// <exception cref="IpfsException">As for <see cref="ReadAsync"/>.</exception>
    public async IAsyncEnumerable<Block> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await ReadAsync(cancellationToken) is { } block) yield return block;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _input.Dispose();
        if (_owned is not null) await _owned.DisposeAsync();
    }

    /// <summary>Where the next block begins, from where version 1's part does, and its CID; its bytes are stepped over. Null after the last one.</summary>
    internal async ValueTask<(Cid Cid, long Offset)?> SkipAsync(CancellationToken cancellationToken)
    {
        var offset = _input.Position - DataOffset;
        if (await _input.ReadVarintAsync(cancellationToken) is not { } length) return null;
        if (length > Block.MaxLength + MaxCidLength) throw new IpfsException(IpfsError.TooLarge, $"The CAR archive has a block of more than {Block.MaxLength} bytes.");
        var head = new byte[Math.Min((int)length, MaxCidLength)];
        await _input.ReadAsync(head, cancellationToken);
        if (!Cid.TryRead(head, out var cid, out _)) throw CarInput.Malformed("a block has no CID");
        await _input.SkipAsync((long)length - head.Length, cancellationToken);
        return (cid, offset);
    }

    private async Task ReadHeadersAsync(CancellationToken cancellationToken)
    {
        (Version, Roots) = await ReadHeaderAsync(cancellationToken);
        if (Version == CarVersion.V1) return;
        var offsets = new byte[CarHeader.V2Length - _input.Position];
        await _input.ReadAsync(offsets, cancellationToken);
        (DataOffset, var length, IndexOffset) = CarHeader.ReadV2(offsets);
        await _input.SkipAsync(DataOffset - CarHeader.V2Length, cancellationToken);
        _input.Limit(length);
        (var inner, Roots) = await ReadHeaderAsync(cancellationToken);
        if (inner != CarVersion.V1) throw CarInput.Malformed("one of version 2 stands within one of version 2");
    }

    private async Task<(CarVersion Version, IReadOnlyList<Cid> Roots)> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        var length = await _input.ReadVarintAsync(cancellationToken) ?? throw CarInput.Malformed("it has no header");
        if (length > (ulong)_limits.MaxHeaderLength) throw new IpfsException(IpfsError.TooLarge, $"The CAR archive's header has more than {_limits.MaxHeaderLength} bytes, or is none.");
        var header = new byte[length];
        await _input.ReadAsync(header, cancellationToken);
        return CarHeader.Read(header);
    }
}
