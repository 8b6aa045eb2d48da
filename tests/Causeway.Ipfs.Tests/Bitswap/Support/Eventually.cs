namespace Causeway.Ipfs.Tests.Bitswap.Support;

/// <summary>For states that nothing announces.</summary>
internal static class Eventually
{
    /// <summary>Completes when <paramref name="condition"/> holds; fails when patience ends.</summary>
    public static async Task HoldsAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(BlockPeer.Patience);
        while (!condition())
        {
            Assert.False(patience.IsCancellationRequested, "The condition did not come to hold.");
            await Task.Delay(5);
        }
    }
}
