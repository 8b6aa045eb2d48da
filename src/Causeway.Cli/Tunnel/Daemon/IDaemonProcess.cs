namespace Causeway.Cli.Tunnel.Daemon;

/// <summary>A tunnel that another process starts, as the command that waits for it sees it.</summary>
internal interface IDaemonProcess : IDisposable
{
    /// <summary>Its standard output: reports, one per line.</summary>
    TextReader Reports { get; }

    /// <summary>Its standard input: what it must not have on its command line, and whether it is to stay.</summary>
    TextWriter Answers { get; }

    /// <summary>What it complained about on standard error, once its reports have ended.</summary>
    Task<string> ComplaintsAsync();
}
