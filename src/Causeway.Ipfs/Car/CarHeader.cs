using System.Buffers.Binary;
using Causeway.Ipfs.Dag;
using Causeway.Ipfs.Dag.Cbor;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Car;

/// <summary>The headers: version 1's map of version and roots, and version 2's offsets (carv1, "Header"; carv2, "Pragma" and "Header").</summary>
internal static class CarHeader
{
    /// <summary>Where version 2's data begins at the earliest: after the pragma and the header.</summary>
    public const int V2Length = 51;

    private const int PragmaLength = 11;
    private const int OffsetsAt = PragmaLength + 16;

    /// <summary>What every archive of version 2 begins with: the length and DAG-CBOR of <c>{version: 2}</c>.</summary>
    private static ReadOnlySpan<byte> Pragma => [0x0a, 0xa1, 0x67, (byte)'v', (byte)'e', (byte)'r', (byte)'s', (byte)'i', (byte)'o', (byte)'n', 2];

    /// <summary>Version 1's header with its length before it.</summary>
    public static byte[] WriteV1(IReadOnlyList<Cid> roots)
    {
        var header = DagCbor.Encode(IpldMap.Of(("roots", IpldList.Of([.. roots.Select(static root => (IpldValue)root)])), ("version", 1)));
        var bytes = new byte[UnsignedVarint.GetLength((ulong)header.Length) + header.Length];
        header.CopyTo(bytes.AsSpan(UnsignedVarint.Write(bytes, (ulong)header.Length)));
        return bytes;
    }

    /// <summary>Version 2's pragma and header.</summary>
    public static byte[] WriteV2(long dataLength, long indexOffset)
    {
        var bytes = new byte[V2Length];
        Pragma.CopyTo(bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(OffsetsAt), V2Length);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(OffsetsAt + 8), dataLength);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(OffsetsAt + 16), indexOffset);
        return bytes;
    }

    /// <summary>The first header: of version 1 with roots, or the pragma of version 2, which has none.</summary>
    public static (CarVersion Version, IReadOnlyList<Cid> Roots) Read(ReadOnlyMemory<byte> bytes)
    {
        if (!DagCbor.TryDecode(bytes, out var value, out var problem)) throw CarInput.Malformed($"its header is not DAG-CBOR, {problem}");
        if (value is not IpldMap map || !map.TryGetValue("version", out var version)) throw CarInput.Malformed("its header names no version");
        if (version == 2 && map.Count == 1) return (CarVersion.V2, []);
        if (version != 1) throw new IpfsException(IpfsError.NotSupported, "The CAR archive is of a version that is not known here: 1 and 2 are.");
        if (map.Count != 2 || !map.TryGetValue("roots", out var roots) || roots is not IpldList list || !list.All(static root => root is IpldLink))
            throw CarInput.Malformed("its header has other fields than version and roots");
        return (CarVersion.V1, [.. list.Select(static root => ((IpldLink)root).Value)]);
    }

    /// <summary>The header of version 2, which follows the pragma.</summary>
    /// <param name="bytes">40 bytes.</param>
    public static (long DataOffset, long DataLength, long IndexOffset) ReadV2(ReadOnlySpan<byte> bytes)
    {
        var offset = BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]);
        var length = BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]);
        var index = BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]);
        if (offset == 0 && length == 0) throw CarInput.Malformed("whoever wrote it did not finish");
        if (offset < V2Length || length <= 0 || length > long.MaxValue - offset || (index != 0 && index < offset + length))
            throw CarInput.Malformed("the offsets in its header contradict one another");
        return (offset, length, index);
    }
}
