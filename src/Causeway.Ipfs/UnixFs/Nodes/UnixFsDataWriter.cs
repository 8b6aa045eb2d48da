using System.Buffers.Binary;
using Causeway.Libp2p.Wire;

namespace Causeway.Ipfs.UnixFs.Nodes;

/// <summary>Writes UnixFS messages as Kubo and Helia do: fields in the order of their numbers, block sizes one by one.</summary>
internal static class UnixFsDataWriter
{
    public static byte[] Write(UnixFsData data)
    {
        var message = GC.AllocateUninitializedArray<byte>(SizeOf(data));
        var writer = new WireWriter(message);
        writer.WriteVarintField(1, (ulong)data.Type);
        if (!data.Data.IsEmpty) writer.WriteField(2, data.Data.Span);
        if (data.FileSize is { } size) writer.WriteVarintField(3, size);
        for (var i = 0; i < data.BlockSizes.Count; i++) writer.WriteVarintField(4, data.BlockSizes[i]);
        if (data.HashType is { } hashType) writer.WriteVarintField(5, hashType);
        if (data.Fanout is { } fanout) writer.WriteVarintField(6, fanout);
        if (data.Metadata.WrittenMode(data.Type) is { } mode) writer.WriteVarintField(7, mode);
        if (data.Metadata.ModifiedTime is { } time) WriteTime(ref writer, time);
        return message;
    }

    private static int SizeOf(UnixFsData data)
    {
        var size = WireWriter.SizeOfVarintField((ulong)data.Type);
        if (!data.Data.IsEmpty) size += WireWriter.SizeOfField(data.Data.Length);
        if (data.FileSize is { } fileSize) size += WireWriter.SizeOfVarintField(fileSize);
        for (var i = 0; i < data.BlockSizes.Count; i++) size += WireWriter.SizeOfVarintField(data.BlockSizes[i]);
        if (data.HashType is { } hashType) size += WireWriter.SizeOfVarintField(hashType);
        if (data.Fanout is { } fanout) size += WireWriter.SizeOfVarintField(fanout);
        if (data.Metadata.WrittenMode(data.Type) is { } mode) size += WireWriter.SizeOfVarintField(mode);
        if (data.Metadata.ModifiedTime is { } time) size += WireWriter.SizeOfField(SizeOf(time));
        return size;
    }

    private static int SizeOf(UnixFsTime time) => WireWriter.SizeOfVarintField((ulong)time.Seconds) + (time.Nanoseconds is null ? 0 : 1 + sizeof(uint));

    private static void WriteTime(ref WireWriter writer, UnixFsTime time)
    {
        writer.WriteHeader(8, SizeOf(time));
        writer.WriteVarintField(1, (ulong)time.Seconds);
        if (time.Nanoseconds is not { } nanoseconds) return;
        Span<byte> fixed32 = [(2 << 3) | 5, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32LittleEndian(fixed32[1..], nanoseconds);
        writer.WriteRaw(fixed32);
    }
}
