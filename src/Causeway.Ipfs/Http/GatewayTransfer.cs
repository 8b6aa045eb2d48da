using Causeway.Ipfs.Blocks;

namespace Causeway.Ipfs.Http;

/// <summary>What one request uses: its blocks stay until it ends, and whom it asks is told when it does.</summary>
/// <param name="source">Where its blocks come from.</param>
/// <param name="missing">The status code for a block that does not come from there.</param>
/// <param name="hold">What keeps the blocks.</param>
/// <param name="session">Who asks others; null where nobody is asked.</param>
internal sealed class GatewayTransfer(IBlockSource source, int missing, IAsyncDisposable hold, IAsyncDisposable? session) : IAsyncDisposable
{
    public IBlockSource Source { get; } = source;

    public int Missing { get; } = missing;

    public async ValueTask DisposeAsync()
    {
        if (session is not null) await session.DisposeAsync();
        await hold.DisposeAsync();
    }
}
