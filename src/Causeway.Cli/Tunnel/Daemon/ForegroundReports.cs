using Causeway.Hosting.Logging;

namespace Causeway.Cli.Tunnel.Daemon;

/// <summary>Reports of a tunnel that runs in the foreground: lines for a person or a journal.</summary>
internal sealed class ForegroundReports(CliEnvironment environment) : IStartReports
{
    public void Say(StartReport report)
    {
        if (report.Kind == StartReportKind.Warning) environment.Error.WriteLine($"warning: {LogText.Printable(report.Text)}");
        else environment.Out.WriteLine(LogText.Printable(report.Text));
        environment.Out.Flush();
    }

    public Task<bool> ReadyAsync()
    {
        ServiceManager.Notify(environment.Variable, "READY=1");
        return Task.FromResult(true);
    }
}
