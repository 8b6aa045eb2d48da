namespace Causeway.Apps.Processes;

/// <summary>What a running app says of itself. No secrets: a launch token is not part of the address.</summary>
public sealed record AppRecord
{
    /// <summary>The process's ID.</summary>
    public required int ProcessId { get; init; }

    /// <summary>When the process began, in the system's own units, so that another process with the same ID is told from it.</summary>
    public required long StartMark { get; init; }

    /// <summary>The app's name.</summary>
    public required string Name { get; init; }

    /// <summary>The folder or the bundle that is served.</summary>
    public required string Site { get; init; }

    /// <summary>The address for a browser.</summary>
    public required Uri Address { get; init; }

    /// <summary>When it began to serve.</summary>
    public required DateTimeOffset Started { get; init; }
}
