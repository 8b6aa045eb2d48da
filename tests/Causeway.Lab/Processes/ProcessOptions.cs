namespace Causeway.Lab.Processes;

/// <summary>How to start a process on a machine.</summary>
public sealed record ProcessOptions
{
    /// <summary>Nothing special.</summary>
    public static ProcessOptions Default { get; } = new();

    /// <summary>Environment variables besides those of this process.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>What the process reads from its standard input, which then ends. None: the input stays open for <see cref="LabProcess.WriteLineAsync"/>.</summary>
    public string? Input { get; init; }

    /// <summary>The folder it starts in; default: that of this process.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Whether it goes before all other processes, where root has started the lab: for what has to be in time on a busy computer.</summary>
    internal bool IsUrgent { get; init; }

    /// <summary>How long <see cref="LabHost.RunAsync(ProcessOptions, string, string[])"/> lets it run before it kills it and throws.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);
}
