namespace Causeway.Hosting.Lifecycle;

/// <summary>How the command ends.</summary>
public enum ExitCode
{
    /// <summary>It did what was asked; ended by itself, by Ctrl-C or by SIGTERM.</summary>
    Success = 0,

    /// <summary>It failed; the message says how.</summary>
    Failure = 1,

    /// <summary>The command line makes no sense, or names a file or folder that is not there.</summary>
    Usage = 2,

    /// <summary>The address or port cannot be listened on.</summary>
    CannotListen = 3,
}
