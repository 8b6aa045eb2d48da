using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.UnixFs.Nodes;
using Causeway.Multiformats;

namespace Causeway.Ipfs.UnixFs.Reading;

/// <summary>Fetches and decodes nodes.</summary>
internal static class NodeLoader
{
    public static async ValueTask<UnixFsNode> LoadAsync(this IBlockSource source, Cid cid, CancellationToken cancellationToken)
    {
        // What nobody can read need not be fetched.
        if (cid.Codec is not (Multicodec.Raw or Multicodec.DagPb)) return UnixFsNode.Decode(cid, default);
        return UnixFsNode.Decode(cid, await source.GetAsync(cid, cancellationToken).ConfigureAwait(false));
    }
}
