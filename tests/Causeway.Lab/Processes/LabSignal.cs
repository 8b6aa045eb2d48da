namespace Causeway.Lab.Processes;

/// <summary>Signals that tests send, with the numbers of signal(7).</summary>
public enum LabSignal
{
    /// <summary>SIGHUP.</summary>
    Hangup = 1,

    /// <summary>SIGINT.</summary>
    Interrupt = 2,

    /// <summary>SIGKILL.</summary>
    Kill = 9,

    /// <summary>SIGUSR1.</summary>
    User1 = 10,

    /// <summary>SIGTERM.</summary>
    Terminate = 15,

    /// <summary>SIGCONT.</summary>
    Continue = 18,

    /// <summary>SIGSTOP: the process stands still until <see cref="Continue"/>.</summary>
    Stop = 19,
}
