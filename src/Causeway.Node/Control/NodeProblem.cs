namespace Causeway.Node.Control;

/// <summary>The body of an answer that says no.</summary>
public sealed record NodeProblem(string Message);
