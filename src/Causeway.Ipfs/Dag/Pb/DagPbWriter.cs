using System.Text;
using Causeway.Libp2p.Wire;

namespace Causeway.Ipfs.Dag.Pb;

/// <summary>Writes nodes, in one array of the right size.</summary>
internal static class DagPbWriter
{
    private const int DataField = 1;
    private const int LinkField = 2;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The block of a node.</summary>
    /// <param name="links">Links in their order.</param>
    /// <param name="data">The data, or null.</param>
    public static byte[] Write(IReadOnlyList<DagPbLink> links, ReadOnlyMemory<byte>? data)
    {
        var size = data is { } some ? WireWriter.SizeOfField(some.Length) : 0L;
        for (var i = 0; i < links.Count; i++) size += SizeOf(links[i]);
        if (size > Array.MaxLength) throw new ArgumentException("A DAG-PB node of more than 2 GiB cannot be written.", nameof(data));
        var block = GC.AllocateUninitializedArray<byte>((int)size);
        var writer = new WireWriter(block);
        for (var i = 0; i < links.Count; i++) WriteLink(ref writer, links[i]);
        if (data is { } written) writer.WriteField(DataField, written.Span);
        return block;
    }

    /// <summary>What a link adds to a node, in bytes.</summary>
    public static int SizeOf(DagPbLink link) => WireWriter.SizeOfField(SizeOfBody(link));

    /// <summary>The bytes of a name in UTF-8.</summary>
    /// <exception cref="EncoderFallbackException">It has surrogates that are alone.</exception>
    public static int SizeOf(string name) => Strict.GetByteCount(name);

    private static int SizeOfBody(DagPbLink link) => WireWriter.SizeOfField(link.Hash.Bytes.Length)
        + (link.Name is { } name ? WireWriter.SizeOfField(SizeOf(name)) : 0)
        + (link.Size is { } size ? WireWriter.SizeOfVarintField(size) : 0);

    private static void WriteLink(ref WireWriter writer, DagPbLink link)
    {
        writer.WriteHeader(LinkField, SizeOfBody(link));
        writer.WriteField(1, link.Hash.Bytes.Span);
        if (link.Name is { } name) writer.WriteField(2, name);
        if (link.Size is { } size) writer.WriteVarintField(3, size);
    }
}
