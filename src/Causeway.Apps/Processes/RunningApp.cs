namespace Causeway.Apps.Processes;

/// <summary>An app that runs.</summary>
/// <param name="Record">What it says of itself.</param>
/// <param name="Mark">The file that its process holds locked.</param>
public sealed record RunningApp(AppRecord Record, string Mark);
