using Causeway.Ipfs.UnixFs.Nodes;
using Causeway.Libp2p.Wire;
using Causeway.Multiformats;

namespace Causeway.Ipfs.UnixFs.Importing;

/// <summary>
/// How a piece of a file becomes a block: as it is, or within a UnixFS message within a DAG-PB node. Those are written around the piece, in the array it lies in.
/// </summary>
/// <param name="kind">The leaves' form.</param>
internal sealed class LeafFormat(LeafKind kind)
{
    private const int DataField = 1;

    private readonly ulong _type = (ulong)(kind == LeafKind.UnixFsRaw ? UnixFsType.Raw : UnixFsType.File);

    public Multicodec Codec => kind == LeafKind.Raw ? Multicodec.Raw : Multicodec.DagPb;

    /// <summary>A block for a piece that is still to be copied to <see cref="OffsetOf"/>; all around it is written.</summary>
    public byte[] Allocate(int length)
    {
        if (kind == LeafKind.Raw) return GC.AllocateUninitializedArray<byte>(length);
        var message = SizeOfMessage(length);
        var block = GC.AllocateUninitializedArray<byte>(WireWriter.SizeOfField(message));
        var head = new WireWriter(block);
        head.WriteHeader(DataField, message);
        head.WriteVarintField(1, _type);
        if (length > 0) head.WriteHeader(2, length);
        var tail = new WireWriter(block.AsSpan(head.Position + length));
        tail.WriteVarintField(3, (ulong)length);
        return block;
    }

    /// <summary>Where a piece begins in its block.</summary>
    public int OffsetOf(int length)
    {
        if (kind == LeafKind.Raw) return 0;
        var message = SizeOfMessage(length);
        return WireWriter.SizeOfField(message) - length - WireWriter.SizeOfVarintField((ulong)length);
    }

    /// <summary>The block of a piece.</summary>
    public byte[] Create(ReadOnlySpan<byte> piece)
    {
        var block = Allocate(piece.Length);
        piece.CopyTo(block.AsSpan(OffsetOf(piece.Length)));
        return block;
    }

    private int SizeOfMessage(int length) =>
        WireWriter.SizeOfVarintField(_type) + (length > 0 ? WireWriter.SizeOfField(length) : 0) + WireWriter.SizeOfVarintField((ulong)length);
}
