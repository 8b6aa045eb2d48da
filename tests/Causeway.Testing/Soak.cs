namespace Causeway.Testing;

/// <summary>Scales counts: <c>./soak</c> runs the full number, <c>./test</c> a share.</summary>
public static class Soak
{
    /// <summary>Whether the full counts are wanted (environment variable <c>CAUSEWAY_SOAK=1</c>).</summary>
    public static bool IsOn { get; } = Environment.GetEnvironmentVariable("CAUSEWAY_SOAK") == "1";

    /// <summary>The count to run now.</summary>
    public static int Count(int share, int full) => IsOn ? full : share;
}
