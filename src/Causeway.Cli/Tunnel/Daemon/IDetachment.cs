namespace Causeway.Cli.Tunnel.Daemon;

/// <summary>How a process leaves the terminal that it was started from.</summary>
internal interface IDetachment
{
    /// <summary>Leaves the session, so that neither Ctrl-C nor the terminal's end reaches this process; what the runtime itself complains about goes to the log.</summary>
    void LeaveSession(string logPath);

    /// <summary>Lets go of the pipes to the command that waited.</summary>
    void LeavePipes(string logPath);
}
