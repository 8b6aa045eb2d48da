using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Http;

/// <summary>A source that refuses what is denied, and waits for a block no longer than it may.</summary>
/// <param name="source">Where the blocks come from.</param>
/// <param name="options">What is denied, and how long may be waited.</param>
/// <param name="time">The clock.</param>
internal sealed class GuardedSource(IBlockSource source, TrustlessGatewayOptions options, TimeProvider time) : IBlockSource
{
    public async ValueTask<ReadOnlyMemory<byte>> GetAsync(Cid cid, CancellationToken cancellationToken = default)
    {
        if (options.IsDenied?.Invoke(cid) == true) throw new TrustlessRefusal(410, $"{cid} is not served here.");
        if (Block.TryInline(cid, out var inline)) return inline.Value.Data;
        using var timeout = new CancellationTokenSource(options.NextBlockTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await source.GetAsync(cid, both.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new IpfsException(IpfsError.BlockNotFound, $"Nobody gave the block {cid} in time.");
        }
    }
}
