using Xunit;

namespace Causeway.Testing;

/// <summary>What a test needs of the machine. A missing tool skips the test on a user's machine and fails it in CI.</summary>
public static class Requirement
{
    /// <summary>Whether this is a CI run (environment variable <c>CI</c>), where nothing may be missing.</summary>
    public static bool IsCi { get; } = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI"));

    /// <summary>Ends the current test: skipped here, failed in CI.</summary>
    public static void Missing(string what)
    {
        if (IsCi) Assert.Fail($"Missing: {what}.");
        Assert.Skip($"Missing: {what}.");
    }
}
