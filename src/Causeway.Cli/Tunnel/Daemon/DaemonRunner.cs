using Causeway.Cli.Commands;
using Causeway.Hosting.Lifecycle;
using Causeway.Hosting.Logging;
using Causeway.Tunnel.Daemon.Control;
using Causeway.Tunnel.Daemon.State;
using Causeway.Tunnel.Devices;
using Causeway.Tunnel.Protocol.Wire;
using Microsoft.Extensions.Logging;

namespace Causeway.Cli.Tunnel.Daemon;

/// <summary>Runs the tunnel of a network in this process: lock, log, device, control socket; until it is told to stop.</summary>
internal sealed partial class DaemonRunner(CliEnvironment environment)
{
    private const long LogLimit = 5 * 1024 * 1024;

    /// <summary>Runs until a signal, a request over the control socket, or a failure.</summary>
    /// <param name="settings">What to run.</param>
    /// <param name="background">The command that waits for it; null in the foreground.</param>
    public async Task<int> RunAsync(DaemonSettings settings, BackgroundReports? background)
    {
        using var signals = environment.Stop is null ? new ShutdownSignals() : null;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(environment.Stop ?? signals!.Token, background?.Unwanted ?? CancellationToken.None);
        var folder = settings.Folder;
        var membership = new Membership(settings, Passphrase.Read(settings.PassphraseFile, environment.Variable));
        membership.CreateFolder();
        using var held = NetworkLock.TryTake(folder) ?? throw new UserErrorException(ExitCode.Failure, $"the tunnel '{folder.Name}' is up already; see 'causeway tunnel status'");
        using var loggers = CreateLog(settings, background is null);
        var logger = loggers.CreateLogger<DaemonRunner>();
        if (background is not null) environment.Detachment?.LeaveSession(folder.LogPath);
        IStartReports reports = background is null ? new ForegroundReports(environment) : background;
        Begins(logger, folder.Name, VersionCommand.Version, Environment.ProcessId);
        try
        {
            await RunTunnelAsync(membership, settings, reports, background is not null, loggers, stop.Token);
            Ends(logger, folder.Name);
            return (int)ExitCode.Success;
        }
        catch (Exception e)
        {
            // What was said for the user says it all, and is said to the user, too.
            if (e is TunnelException or UserErrorException or SegmentDeviceException) Refuses(logger, folder.Name, e.Message);
            else if (e is not OperationCanceledException) Fails(logger, folder.Name, e);
            if (e is OperationCanceledException && stop.IsCancellationRequested) return (int)ExitCode.Success;
            throw;
        }
        finally
        {
            membership.TakeBackUnlessJoined();
        }
    }

    private async Task RunTunnelAsync(Membership membership, DaemonSettings settings, IStartReports reports, bool isBackground, ILoggerFactory loggers, CancellationToken stop)
    {
        var folder = settings.Folder;
        var launch = membership.Prepare(reports);
        await using var tunnel = environment.Tunnels.Start(launch, loggers, environment.Time);
        folder.CreateRuntime();
        await using (await ControlServer.StartAsync(folder.SocketPath, tunnel.Control, VersionCommand.Version, loggers, stop))
        {
            try
            {
                if (!await new StartWatch(tunnel, settings, reports, environment.Time, membership.Joined).FollowAsync(stop))
                {
                    // 'down' ends it as well as a signal does; but a command that waits for it must not say that it is up.
                    if (isBackground) throw new TunnelException("The tunnel was stopped while it was starting.");
                    return;
                }

                if (!await reports.ReadyAsync()) return;
                if (isBackground) environment.Detachment?.LeavePipes(folder.LogPath);
                await Task.WhenAny(tunnel.Completion, Task.Delay(Timeout.Infinite, stop));
                ServiceManager.Notify(environment.Variable, "STOPPING=1");
            }
            finally
            {
                // Before the socket goes: whoever asked for the end waits there for its answer.
                await tunnel.Control.StopAsync();

                // Who was taken in at the last moment is a member, whatever ended the tunnel.
                if (tunnel.Control.GetStatus().Name is not null) membership.Joined();
            }

            await tunnel.Completion;
        }
    }

    private ILoggerFactory CreateLog(DaemonSettings settings, bool isForeground)
    {
        try
        {
            var level = settings.Verbosity switch { 0 => LogLevel.Information, 1 => LogLevel.Debug, _ => LogLevel.Trace };
            var file = new FileLog(settings.Folder.LogPath, LogLimit, environment.Time);
            return LoggerFactory.Create(builder =>
            {
                builder.SetMinimumLevel(level).AddFilter("Microsoft", LogLevel.Warning).AddProvider(file);
                if (!isForeground) return;
                builder.AddFilter<ConsoleLog>(null, ConsoleLog.LevelFor(settings.Verbosity)).AddProvider(new ConsoleLog(environment.Error, settings.Verbosity, environment.Time));
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TunnelException($"The log '{settings.Folder.LogPath}' cannot be written: {e.Message.TrimEnd('.')}; run the command as the owner of the folder.", e);
        }
    }

    [LoggerMessage(1310, LogLevel.Information, "The tunnel {Network} begins: causeway {Version}, process {Process}")]
    private static partial void Begins(ILogger logger, string network, string version, int process);

    [LoggerMessage(1311, LogLevel.Information, "The tunnel {Network} has ended")]
    private static partial void Ends(ILogger logger, string network);

    [LoggerMessage(1313, LogLevel.Information, "The tunnel {Network} ends: {Problem}")]
    private static partial void Refuses(ILogger logger, string network, string problem);

    [LoggerMessage(1312, LogLevel.Error, "The tunnel {Network} ends: it failed")]
    private static partial void Fails(ILogger logger, string network, Exception error);
}
