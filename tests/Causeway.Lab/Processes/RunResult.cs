namespace Causeway.Lab.Processes;

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">Its exit code; 128 and the number of the signal that killed it.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Error">What it wrote to standard error.</param>
public sealed record RunResult(int ExitCode, string Output, string Error)
{
    /// <summary>This, if the program succeeded.</summary>
    /// <exception cref="LabException">It did not; the message has what it wrote.</exception>
    public RunResult Succeeded() => ExitCode == 0 ? this : throw new LabException($"The program ended with {ExitCode}: {Error.Trim()} {Output.Trim()}");
}
