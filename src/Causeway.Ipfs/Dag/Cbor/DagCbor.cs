using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Dag.Cbor;

/// <summary>
/// DAG-CBOR (ipld/ipld, <c>specs/codecs/dag-cbor/spec.md</c>): the one form of every value, and nothing else. What is decoded is encoded again byte for byte.
/// </summary>
/// <remarks>
/// Read and written here, not by System.Formats.Cbor: none of its conformance modes is DAG-CBOR's. The canonical and CTAP2 ones take the shortest form of floats, where DAG-CBOR
/// asks for 64 bits; all of them let tags, simple values, NaN and keys of any kind pass; and lists are not weighed against the bytes that are left before room is made for them.
/// </remarks>
public static class DagCbor
{
    /// <summary>Decodes a block, strictly.</summary>
    /// <param name="data">The block's bytes, which nobody changes any more: byte strings of the value are parts of it.</param>
    /// <exception cref="IpfsException">Not DAG-CBOR in its one form, or deeper than <see cref="IpldValue.MaxDepth"/> (<see cref="IpfsError.Malformed"/>).</exception>
    public static IpldValue Decode(ReadOnlyMemory<byte> data) =>
        TryDecode(data, out var value, out var problem) ? value : throw new IpfsException(IpfsError.Malformed, $"Not DAG-CBOR: {problem}.");

    /// <summary>As <see cref="Decode"/>, without the exception.</summary>
    /// <param name="data">The block's bytes.</param>
    /// <param name="value">The value.</param>
    /// <param name="problem">What is wrong, and where.</param>
    public static bool TryDecode(ReadOnlyMemory<byte> data, [NotNullWhen(true)] out IpldValue? value, [NotNullWhen(false)] out string? problem)
    {
        var decoder = new CborDecoder(data);
        var isDecoded = decoder.TryDecode(out value);
        if (!isDecoded) value = null;
        problem = decoder.Problem;
        return isDecoded;
    }

    /// <summary>Encodes a value.</summary>
    public static byte[] Encode(IpldValue value)
    {
        var target = new ArrayBufferWriter<byte>();
        Encode(value, target);
        return target.WrittenSpan.ToArray();
    }

    /// <summary>Appends the encoded value.</summary>
    public static void Encode(IpldValue value, IBufferWriter<byte> target)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(target);
        CborEncoder.Write(target, value);
    }

    /// <summary>The block of a value: its DAG-CBOR under a version 1 CID with sha2-256.</summary>
    public static Block ToBlock(IpldValue value) => Block.Create(Multicodec.DagCbor, Encode(value));
}
