namespace Causeway.Hosting.Control;

/// <summary>What a control socket answers when something cannot be done.</summary>
/// <param name="Message">A sentence for the user.</param>
public sealed record ControlProblem(string Message);
