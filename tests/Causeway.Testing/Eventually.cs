using System.Runtime.CompilerServices;
using Xunit;

namespace Causeway.Testing;

/// <summary>For states that nothing announces, such as counters that background work brings down.</summary>
public static class Eventually
{
    /// <summary>Long enough for a loaded machine, short enough that a hanging test ends.</summary>
    public static TimeSpan Patience => TimeSpan.FromSeconds(Soak.Count(120, 300));

    /// <summary>Completes when <paramref name="condition"/> holds; fails when <see cref="Patience"/> is at its end.</summary>
    public static Task HoldsAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        HoldsAsync(() => Task.FromResult(condition()), what);

    /// <summary>As above, for what has to be asked.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            Assert.False(patience.IsCancellationRequested, $"This did not come to hold: {what}");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
