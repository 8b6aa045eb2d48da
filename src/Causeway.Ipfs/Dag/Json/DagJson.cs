using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Dag.Json;

/// <summary>
/// DAG-JSON (ipld/ipld, <c>specs/codecs/dag-json/spec.md</c>). It is written in one form (no white space, keys sorted by their bytes, floats always with a point or an exponent) and read,
/// as the specification asks, in any order and with white space; keys that come twice, and what cannot be said in the data model, are refused.
/// </summary>
public static class DagJson
{
    /// <summary>Decodes a block.</summary>
    /// <exception cref="IpfsException">Not DAG-JSON, or deeper than <see cref="IpldValue.MaxDepth"/> (<see cref="IpfsError.Malformed"/>).</exception>
    public static IpldValue Decode(ReadOnlySpan<byte> data) =>
        TryDecode(data, out var value, out var problem) ? value : throw new IpfsException(IpfsError.Malformed, $"Not DAG-JSON: {problem}.");

    /// <summary>Decodes a text.</summary>
    /// <exception cref="IpfsException">Not DAG-JSON, or deeper than <see cref="IpldValue.MaxDepth"/> (<see cref="IpfsError.Malformed"/>).</exception>
    public static IpldValue Parse(string text) => Decode(Encoding.UTF8.GetBytes(text));

    /// <summary>As <see cref="Decode"/>, without the exception.</summary>
    /// <param name="data">The block's bytes.</param>
    /// <param name="value">The value.</param>
    /// <param name="problem">What is wrong.</param>
    public static bool TryDecode(ReadOnlySpan<byte> data, [NotNullWhen(true)] out IpldValue? value, [NotNullWhen(false)] out string? problem)
    {
        var decoder = new JsonDecoder(data);
        var isDecoded = decoder.TryDecode(out value);
        if (!isDecoded) value = null;
        problem = decoder.Problem;
        return isDecoded;
    }

    /// <summary>Encodes a value.</summary>
    /// <exception cref="IpfsException">A map in it is one of those that DAG-JSON reserves for links and bytes (<see cref="IpfsError.NotSupported"/>).</exception>
    public static byte[] Encode(IpldValue value) =>
        TryEncode(value, out var data, out var problem) ? data : throw new IpfsException(IpfsError.NotSupported, $"DAG-JSON has no form for this value: {problem}.");

    /// <summary>As <see cref="Encode"/>, without the exception.</summary>
    /// <param name="value">The value.</param>
    /// <param name="data">The block's bytes.</param>
    /// <param name="problem">What is wrong.</param>
    public static bool TryEncode(IpldValue value, [NotNullWhen(true)] out byte[]? data, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(value);
        var target = new ArrayBufferWriter<byte>();
        var isEncoded = new JsonEncoder(target).TryWrite(value);
        data = isEncoded ? target.WrittenSpan.ToArray() : null;
        problem = isEncoded ? null : "a map whose first key is '/' would be read as a link or as bytes";
        return isEncoded;
    }

    /// <summary>The block of a value: its DAG-JSON under a version 1 CID with sha2-256.</summary>
    /// <exception cref="IpfsException">As for <see cref="Encode"/>.</exception>
    public static Block ToBlock(IpldValue value) => Block.Create(Multicodec.DagJson, Encode(value));
}
