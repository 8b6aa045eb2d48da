using System.Buffers;
using Causeway.Ipfs.Blocks;
using Causeway.Libp2p.Wire;

namespace Causeway.Ipfs.Bitswap.Wire;

/// <summary>A message that is being put together. It is written in pieces, so that no block is copied.</summary>
internal sealed class OutgoingMessage
{
    private readonly List<WantEntry> _wants = [];
    private readonly List<BlockPresence> _presences = [];
    private readonly List<Block> _blocks = [];
    private int _listSize;
    private int _restSize;

    /// <summary>Whether the wantlist is the whole one.</summary>
    public bool IsFull { get; set; }

    /// <summary>Bytes that are still to be sent to the peer after this message.</summary>
    public int PendingBytes { get; set; }

    /// <summary>The wants in it.</summary>
    public int WantCount => _wants.Count;

    /// <summary>The blocks in it.</summary>
    public int BlockCount => _blocks.Count;

    /// <summary>Their lengths in bytes.</summary>
    public IEnumerable<int> BlockLengths => _blocks.Select(static block => block.Data.Length);

    /// <summary>Bytes of the blocks in it.</summary>
    public long BlockBytes { get; private set; }

    /// <summary>Whether there is nothing to say.</summary>
    public bool IsEmpty => _wants.Count == 0 && !IsFull && _presences.Count == 0 && _blocks.Count == 0;

    /// <summary>The encoded size so far, without its length before it, in bytes.</summary>
    public int Size => SizeOfWantlist() + _restSize + SizeOfPending();

    public void Add(WantEntry want)
    {
        _wants.Add(want);
        _listSize += WireWriter.SizeOfField(SizeOf(want));
    }

    public void Add(BlockPresence presence)
    {
        _presences.Add(presence);
        _restSize += WireWriter.SizeOfField(SizeOf(presence));
    }

    public void Add(Block block)
    {
        _blocks.Add(block);
        BlockBytes += block.Data.Length;
        _restSize += WireWriter.SizeOfField(SizeOf(block));
    }

    /// <summary>Writes the message with its length before it.</summary>
    public async ValueTask WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        // Small blocks go with what stands before them; large ones are written from where they are.
        const int small = 16 << 10;
        var size = Size;
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Min(size, size - (int)BlockBytes + (_blocks.Count * small)) + 16);
        var filled = WriteHead(buffer, size);
        foreach (var block in _blocks)
        {
            filled += WriteBlockHead(buffer.AsSpan(filled), block);
            if (block.Data.Length <= small)
            {
                block.Data.Span.CopyTo(buffer.AsSpan(filled));
                filled += block.Data.Length;
                continue;
            }

            await stream.WriteAsync(buffer.AsMemory(0, filled), cancellationToken);
            await stream.WriteAsync(block.Data, cancellationToken);
            filled = 0;
        }

        if (filled > 0) await stream.WriteAsync(buffer.AsMemory(0, filled), cancellationToken);

        // After a failure the buffer is left to the collector: the write may still be looking at it.
        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>The message without its length, in one piece.</summary>
    public byte[] ToArray()
    {
        using var stream = new MemoryStream();
#pragma warning disable VSTHRD002, CA2012 // A memory stream never waits.
        WriteAsync(stream, CancellationToken.None).GetAwaiter().GetResult();
#pragma warning restore VSTHRD002, CA2012
        return stream.ToArray()[WireWriter.SizeOf((ulong)Size)..];
    }

    private int WriteHead(Span<byte> target, int size)
    {
        var writer = new WireWriter(target);
        writer.WriteVarint((ulong)size);
        if (_wants.Count > 0 || IsFull) WriteWantlist(ref writer);
        foreach (var presence in _presences)
        {
            writer.WriteHeader(4, SizeOf(presence));
            writer.WriteField(1, presence.Cid.Bytes.Span);
            if (!presence.Has) writer.WriteVarintField(2, 1);
        }

        if (PendingBytes > 0) writer.WriteVarintField(5, (ulong)PendingBytes);
        return writer.Position;
    }

    private void WriteWantlist(ref WireWriter writer)
    {
        writer.WriteHeader(1, _listSize + (IsFull ? 2 : 0));
        foreach (var want in _wants)
        {
            writer.WriteHeader(1, SizeOf(want));
            writer.WriteField(1, want.Cid.Bytes.Span);
            if (want.Priority != 0) writer.WriteVarintField(2, (ulong)want.Priority);
            if (want.IsCancel) writer.WriteVarintField(3, 1);
            if (want.Type != WantType.Block) writer.WriteVarintField(4, (ulong)want.Type);
            if (want.SendDontHave) writer.WriteVarintField(5, 1);
        }

        if (IsFull) writer.WriteVarintField(2, 1);
    }

    private static int WriteBlockHead(Span<byte> target, Block block)
    {
        var writer = new WireWriter(target);
        Span<byte> prefix = stackalloc byte[BitswapLimits.MaxPrefixLength];
        writer.WriteHeader(3, SizeOf(block));
        writer.WriteField(1, prefix[..CidPrefix.Of(block.Cid).Write(prefix)]);
        writer.WriteHeader(2, block.Data.Length);
        return writer.Position;
    }

    private static int SizeOf(WantEntry want) => WireWriter.SizeOfField(want.Cid.Bytes.Length)
        + (want.Priority != 0 ? WireWriter.SizeOfVarintField((ulong)want.Priority) : 0)
        + (want.IsCancel ? 2 : 0)
        + (want.Type != WantType.Block ? 2 : 0)
        + (want.SendDontHave ? 2 : 0);

    private static int SizeOf(BlockPresence presence) => WireWriter.SizeOfField(presence.Cid.Bytes.Length) + (presence.Has ? 0 : 2);

    private static int SizeOf(Block block)
    {
        Span<byte> prefix = stackalloc byte[BitswapLimits.MaxPrefixLength];
        return WireWriter.SizeOfField(CidPrefix.Of(block.Cid).Write(prefix)) + WireWriter.SizeOfField(block.Data.Length);
    }

    private int SizeOfWantlist() => _wants.Count > 0 || IsFull ? WireWriter.SizeOfField(_listSize + (IsFull ? 2 : 0)) : 0;

    private int SizeOfPending() => PendingBytes > 0 ? WireWriter.SizeOfVarintField((ulong)PendingBytes) : 0;
}
