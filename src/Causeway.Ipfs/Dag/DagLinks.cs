using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Dag.Cbor;
using Causeway.Ipfs.Dag.Json;
using Causeway.Ipfs.Dag.Pb;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Dag;

/// <summary>Where a block leads: the CIDs in it, whatever its codec.</summary>
public static class DagLinks
{
    /// <summary>
    /// Most links that are read of one block, whatever its codec: as <see cref="DagPb.MaxLinks"/>. Links that carry their bytes in themselves take eight bytes of a block, and far more of memory.
    /// </summary>
    public const int MaxLinks = DagPb.MaxLinks;

    /// <summary>Whether the links of such blocks can be found here.</summary>
    public static bool CanRead(Multicodec codec) => codec is Multicodec.DagPb or Multicodec.DagCbor or Multicodec.DagJson || HasNone(codec);

    /// <summary>
    /// A block's links in the order that they stand in, each as often as it stands there. Plain bytes, CBOR, JSON, keys and IPNS records have none. DAG-CBOR of looser writers
    /// is read, too (longer forms, floats of less than 64 bits, keys in any order), as its specification allows for.
    /// </summary>
    /// <param name="cid">The block's CID, which says how it is read.</param>
    /// <param name="data">The block's bytes.</param>
    /// <exception cref="IpfsException">
    /// The bytes are not what the codec asks for (<see cref="IpfsError.Malformed"/>), or nothing is known of the codec (<see cref="IpfsError.NotSupported"/>, see <see cref="CanRead"/>).
    /// </exception>
    public static IReadOnlyList<Cid> Of(Cid cid, ReadOnlyMemory<byte> data)
    {
        ArgumentNullException.ThrowIfNull(cid);
        List<Cid>? links;
        string? problem;
        switch (cid.Codec)
        {
            case Multicodec.DagPb:
                return [.. DagPb.Decode(data).Links.Select(static link => link.Hash)];
            case Multicodec.DagCbor:
                return CborLinks.TryFind(data.Span, out links, out problem) ? links : throw Malformed(cid, problem);
            case Multicodec.DagJson:
                return JsonLinks.TryFind(data.Span, out links, out problem) ? links : throw Malformed(cid, problem);
            default:
                return HasNone(cid.Codec) ? [] : throw new IpfsException(IpfsError.NotSupported, $"The block {cid} is {cid.Codec.Name()}, whose links are not known here.");
        }
    }

    /// <summary>As <see cref="Of(Cid, ReadOnlyMemory{byte})"/>.</summary>
    /// <exception cref="IpfsException">As there.</exception>
    public static IReadOnlyList<Cid> Of(Block block) => Of(block.Cid, block.Data);

    private static bool HasNone(Multicodec codec) =>
        codec is Multicodec.Raw or Multicodec.Cbor or Multicodec.Json or Multicodec.Libp2pKey or Multicodec.IpnsRecord or Multicodec.Libp2pPeerRecord;

    private static IpfsException Malformed(Cid cid, string problem) => new(IpfsError.Malformed, $"The block {cid} is not {cid.Codec.Name()}: {problem}.");
}
