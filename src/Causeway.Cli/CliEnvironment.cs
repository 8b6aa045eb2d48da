using Causeway.Cli.Gateway;

namespace Causeway.Cli;

/// <summary>What the commands need of the outside, so that tests can stand in for it.</summary>
internal sealed record CliEnvironment
{
    /// <summary>Where results go.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Where messages and logs go.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Reads an environment variable; null when it is not set.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Opens a browser.</summary>
    public Action<Uri> OpenBrowser { get; init; } = Browser.Open;

    /// <summary>Ends a running command gracefully; null for the process's signals.</summary>
    public CancellationToken? Stop { get; init; }

    /// <summary>The process's own.</summary>
    public static CliEnvironment Real() => new() { Out = Console.Out, Error = Console.Error };
}
