using Causeway.Ipfs;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.UnixFs;
using Causeway.Multiformats;

namespace Causeway.Gateway.Files.Remote;

/// <summary>
/// Blocks that one peer gives on the reserved protocol: the <c>rawNode</c> of each answer is the block that was asked for, if it has the hash; and a content that
/// comes with it is all blocks of the file, if it was cut as gateways do.
/// </summary>
internal sealed class FallbackBlocks(RemoteFiles remote, PeerId peer, IBlockStore store) : IBlockSource
{
    // Each block is a stream of its own. Whoever has a file in more blocks than this must speak Bitswap.
    private const int MaxRequests = 4096;

    // How gateways cut files, and what others of their age may have done.
    private static readonly ImportProfile[] Profiles = [ImportProfile.Gateway, ImportProfile.V1Raw256KiB, ImportProfile.KuboLegacyV0, ImportProfile.HeliaDefault];

    private int _requests;

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>> GetAsync(Cid cid, CancellationToken cancellationToken = default)
    {
        if (await store.TryGetAsync(cid, cancellationToken) is { } here) return here;
        if (Interlocked.Increment(ref _requests) > MaxRequests) throw new IpfsException(IpfsError.TooLarge, $"{cid} has more blocks than are asked of {peer} one by one");
        var answer = await remote.GetAsync(peer, cid, cancellationToken);
        if (answer.RawNode is { } node) await store.PutAsync([Block.Verify(cid, node)], cancellationToken);
        else if (answer.Error is { } error) throw new IpfsException(IpfsError.BlockNotFound, $"{peer} does not have {cid}: {error}");
        if (answer.Content is { } content) await TakeContentAsync(cid, content, cancellationToken);
        return await store.TryGetAsync(cid, cancellationToken)
            ?? throw new IpfsException(IpfsError.HashMismatch, $"what {peer} gave for {cid} is something else");
    }

    // Cut in the same way the same bytes have the same CID: that verifies all of them at once.
    private async Task TakeContentAsync(Cid cid, byte[] content, CancellationToken cancellationToken)
    {
        foreach (var profile in Profiles)
        {
            await using var scratch = new MemoryBlockStore();
            var file = await new UnixFsImporter(scratch, profile).ImportAsync(new MemoryStream(content, writable: false), null, cancellationToken);
            if (!file.Cid.Hash.Equals(cid.Hash)) continue;
            await new BlockCopy(scratch, store).RunAsync(file.Cid, cancellationToken);
            return;
        }
    }
}
