using Causeway.Ipfs;
using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;

namespace Causeway.Gateway.Files.Remote;

/// <summary>
/// Blocks that one peer gives on the reserved protocol: the <c>rawNode</c> of each answer is the block that was asked for, if it has the hash; and a content that
/// comes with it is all blocks of the file, if it was cut as gateways do.
/// </summary>
internal sealed class FallbackBlocks(RemoteFiles remote, PeerId peer, IBlockStore store, FilesOptions options) : IBlockSource
{
    // Each block is a stream of its own. Whoever has a file in more blocks than this must speak Bitswap.
    private const int MaxRequests = 4096;

    private readonly FallbackContent _content = new(store, options.MaxMessageFileBytes);
    private int _requests;

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>> GetAsync(Cid cid, CancellationToken cancellationToken = default)
    {
        if (await store.TryGetAsync(cid, cancellationToken) is { } here) return here;
        if (Interlocked.Increment(ref _requests) > MaxRequests) throw new IpfsException(IpfsError.TooLarge, $"{cid} has more blocks than are asked of {peer} one by one");
        var answer = await remote.GetAsync(peer, cid, cancellationToken);
        if (answer.RawNode is { } node) await store.PutAsync([Block.Verify(cid, node)], cancellationToken);
        else if (answer.Error is { } error) throw new IpfsException(IpfsError.BlockNotFound, $"{peer} does not have {cid}: {error}");
        if (answer.Content is { } content) await _content.TakeAsync(cid, content, cancellationToken);
        return await store.TryGetAsync(cid, cancellationToken)
            ?? throw new IpfsException(IpfsError.HashMismatch, $"what {peer} gave for {cid} is something else");
    }
}
