namespace Causeway.Libp2p.Tests;

/// <summary>For states that nothing announces, such as counters that background work brings down.</summary>
internal static class Eventually
{
    /// <summary>Completes when <paramref name="condition"/> holds; fails after half a minute.</summary>
    public static async Task HoldsAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(Soak.Count(60, 300)));
        while (!condition())
        {
            Assert.False(patience.IsCancellationRequested, "The condition did not come to hold.");
            await Task.Delay(5);
        }
    }
}
