namespace Causeway.Relay.Tests;

/// <summary>What tests share.</summary>
internal static class Test
{
    /// <summary>Ends a wait that should have been over long ago.</summary>
    public static CancellationToken Patience()
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        source.CancelAfter(TimeSpan.FromSeconds(60));
        return source.Token;
    }
}
