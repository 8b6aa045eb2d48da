using System.ComponentModel;
using Causeway.Hosting.Lifecycle;

namespace Causeway.Apps.Processes;

/// <summary>Ends apps: asks, waits, and kills only when told to.</summary>
public static class AppEnding
{
    // A kernel takes no time for it, a loaded machine some.
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(60);

    /// <summary>Ends an app. Never a process that merely got its ID: lock, start and process are checked on one handle.</summary>
    /// <param name="app">The app.</param>
    /// <param name="patience">How long it may take to end.</param>
    /// <param name="force">Whether it is killed when it has not ended by then.</param>
    /// <exception cref="UserErrorException">The system does not let us.</exception>
    public static Task<EndResult> EndAsync(RunningApp app, TimeSpan patience, bool force)
    {
        if (!OperatingSystem.IsLinux()) throw new UserErrorException(ExitCode.Failure, "apps are ended from here on Linux only; use the system's own tools");

        // poll(2) blocks.
        return Task.Run(() => End(app, patience, force));
    }

    private static EndResult End(RunningApp app, TimeSpan patience, bool force)
    {
        try
        {
            using var process = ProcessHandle.TryOpen(app.Record.ProcessId);

            // After the handle was opened: what holds now, holds for it.
            if (process is null || !AppTable.IsAlive(app) || ProcessStart.Of(app.Record.ProcessId) != app.Record.StartMark) return EndResult.Gone;
            if (!process.Send(ProcessHandle.Terminate)) return EndResult.Gone;
            if (process.WaitForEnd(patience)) return EndResult.Ended;
            if (!force) return EndResult.StillRuns;
            process.Send(ProcessHandle.Kill);
            return process.WaitForEnd(KillPatience) ? EndResult.Killed : EndResult.StillRuns;
        }
        catch (Win32Exception e)
        {
            throw new UserErrorException(ExitCode.Failure, $"process {app.Record.ProcessId} cannot be ended: {e.Message}", e);
        }
    }
}
