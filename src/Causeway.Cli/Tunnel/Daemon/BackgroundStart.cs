using System.Text.Json;
using Causeway.Hosting.Lifecycle;
using Causeway.Hosting.Logging;

namespace Causeway.Cli.Tunnel.Daemon;

/// <summary>The command that starts a tunnel in the background: shows its reports, and returns when it is up or has failed.</summary>
internal sealed class BackgroundStart(CliEnvironment environment)
{
    private const int MaxComplaints = 2000;

    /// <summary>Starts it and waits.</summary>
    /// <param name="arguments">The command line of the background process.</param>
    /// <param name="secret">What it reads first from its standard input; null for nothing.</param>
    /// <exception cref="UserErrorException">It failed.</exception>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, string? secret)
    {
        using var signals = environment.Stop is null ? new ShutdownSignals() : null;
        var stop = environment.Stop ?? signals!.Token;
        using var daemon = environment.StartDaemon(arguments);
        if (secret is not null) await TellAsync(daemon, secret);

        // Its standard input ends, and it puts everything away; its reports end when it has.
        await using var abort = stop.Register(() => daemon.Answers.Close());
        while (await daemon.Reports.ReadLineAsync(CancellationToken.None) is { } line)
        {
            var report = Read(line);
            if (report?.Kind == StartReportKind.Ready)
            {
                await abort.DisposeAsync();
                if (stop.IsCancellationRequested) break;
                await TellAsync(daemon, BackgroundReports.Accepted);
                return (int)ExitCode.Success;
            }

            if (report?.Kind == StartReportKind.Failed && !stop.IsCancellationRequested) throw new UserErrorException((ExitCode)report.ExitCode, LogText.Printable(report.Text));
            if (report is not null) Show(report);
        }

        daemon.Answers.Close();
        while (await daemon.Reports.ReadLineAsync(CancellationToken.None) is not null)
        {
            // It is ending.
        }

        if (stop.IsCancellationRequested) throw new UserErrorException(ExitCode.Failure, "given up; the tunnel is not up");
        var complaints = await daemon.ComplaintsAsync();
        throw new UserErrorException(
            ExitCode.Failure,
            complaints.Length == 0 ? "the tunnel ended without a word; see 'causeway tunnel logs'" : $"the tunnel ended: {LogText.Printable(complaints[..Math.Min(complaints.Length, MaxComplaints)].Trim())}");
    }

    private static async Task TellAsync(IDaemonProcess daemon, string line)
    {
        try
        {
            await daemon.Answers.WriteLineAsync(line);
            await daemon.Answers.FlushAsync();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It has ended; its reports say why.
        }
    }

    private static StartReport? Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, StartReportJson.Default.StartReport);
        }
        catch (JsonException)
        {
            // The runtime's own words, at the worst.
            return null;
        }
    }

    private void Show(StartReport report)
    {
        if (report.Kind == StartReportKind.Warning) environment.Error.WriteLine($"warning: {LogText.Printable(report.Text)}");
        else if (environment.IsTerminal) environment.Out.WriteLine(LogText.Printable(report.Text));
    }
}
