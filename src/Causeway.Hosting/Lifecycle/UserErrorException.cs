namespace Causeway.Hosting.Lifecycle;

/// <summary>Something that the user can put right. The message says what to do next and is shown without a stack trace.</summary>
public sealed class UserErrorException(ExitCode exitCode, string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>How the command ends.</summary>
    public ExitCode ExitCode { get; } = exitCode;
}
