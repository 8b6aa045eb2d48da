using Causeway.Cli.Tunnel.Daemon;
using Causeway.Hosting.Lifecycle;
using Causeway.Tunnel.Devices;
using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Cli.Tunnel.Commands;

/// <summary>The background process's side of a start: whatever goes wrong is told to the command that waits.</summary>
internal static class BackgroundChild
{
    /// <summary>Runs the tunnel; the result is the process's exit code.</summary>
    public static async Task<int> RunAsync(CliEnvironment environment, Func<BackgroundReports, Task<int>> run)
    {
        using var reports = new BackgroundReports(environment);
        try
        {
            return await run(reports);
        }
        catch (UserErrorException e)
        {
            return Report(reports, e.ExitCode, e.Message);
        }
        catch (Exception e) when (e is TunnelException or SegmentDeviceException)
        {
            return Report(reports, ExitCode.Failure, e.Message);
        }
        catch (Exception e)
        {
            return Report(reports, ExitCode.Failure, $"the tunnel failed: {e.Message} See 'causeway tunnel logs'.");
        }
    }

    private static int Report(BackgroundReports reports, ExitCode code, string message)
    {
        reports.Say(new StartReport(StartReportKind.Failed, message, (int)code));
        return (int)code;
    }
}
