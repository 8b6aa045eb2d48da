using System.Diagnostics.CodeAnalysis;

namespace Causeway.Ipfs.Dag.Pb;

/// <summary>The codec DAG-PB (<c>ipld.io/specs/codecs/dag-pb/spec</c>): strict when it reads, and always the same bytes for the same node when it writes.</summary>
public static class DagPb
{
    /// <summary>
    /// Most links of a node that is read. A block of 2 MiB with sha2-256 links has no room for more; only links that carry their bytes in themselves are smaller,
    /// and many of those would cost far more memory than the block.
    /// </summary>
    public const int MaxLinks = 65_536;

    /// <summary>
    /// Reads a block. Links keep the block's order; data before the links is read, too, as old blocks have it. Fields out of order, twice or unknown, links without
    /// a CID, names that are not UTF-8 and numbers longer than needed are refused.
    /// </summary>
    /// <param name="block">The block; the node's data is a part of it, not a copy.</param>
    /// <exception cref="IpfsException"><see cref="IpfsError.Malformed"/>, or <see cref="IpfsError.TooLarge"/> for more than <see cref="MaxLinks"/>.</exception>
    public static DagPbNode Decode(ReadOnlyMemory<byte> block)
    {
        var failure = DagPbReader.Read(block, out var node);
        return failure is null ? node! : throw failure.Value.ToException();
    }

    /// <summary>As <see cref="Decode"/>, without the exception.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> block, [NotNullWhen(true)] out DagPbNode? node) => DagPbReader.Read(block, out node) is null;

    /// <summary>Writes a node: the links, sorted by the bytes of their names where they are not (equal ones keep their order), then the data.</summary>
    /// <exception cref="ArgumentException">A name is not valid Unicode, or the block were longer than 2 GiB.</exception>
    public static byte[] Encode(DagPbNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return DagPbWriter.Write(LinkOrder.Sorted(node.Links), node.Data);
    }
}
