using System.CommandLine;
using Causeway.Cli.Commands;
using Causeway.Cli.Tunnel.Daemon;
using Causeway.Hosting.Lifecycle;
using Causeway.Tunnel.Daemon.Control;
using Causeway.Tunnel.Daemon.State;

namespace Causeway.Cli.Tunnel.Commands;

/// <summary><c>causeway tunnel up</c>: starts the tunnel, in the background unless told otherwise.</summary>
internal static class UpCommand
{
    public static Command Create(CliEnvironment environment, TunnelScope scope)
    {
        var device = TunnelOptions.Device();
        device.Description = "Name of the network device, this time; ### at its end stands for the first free number. Default: that of 'create' or 'join'.";
        var passphrase = TunnelOptions.PassphraseFile();
        var foreground = TunnelOptions.Foreground();
        var background = TunnelOptions.Background();
        var wait = new Option<TimeSpan>("--wait") { Description = "How long to wait for a relay before it goes on trying in the background.", CustomParser = OptionText.ParseDuration, DefaultValueFactory = _ => TimeSpan.FromSeconds(10) };
        var verbose = TunnelOptions.Verbose();
        var command = new Command("up", "Start the tunnel of a network.") { device, foreground, wait, passphrase, verbose, background };
        command.SetAction(async (result, cancel) =>
        {
            var folder = scope.Network(result);
            var settings = new DaemonSettings
            {
                Folder = folder,
                Device = result.GetValue(device),
                PassphraseFile = result.GetValue(passphrase),
                Patience = result.GetValue(wait),
                Verbosity = result.GetResult(verbose)?.IdentifierTokenCount ?? 0,
            };
            if (result.GetValue(background)) return await BackgroundChild.RunAsync(environment, reports => new DaemonRunner(environment).RunAsync(settings, reports));
            if (result.GetValue(foreground)) return await new DaemonRunner(environment).RunAsync(settings, null);
            if (await RunningAsync(folder, cancel) is { } status)
            {
                await environment.Error.WriteLineAsync($"the tunnel '{folder.Name}' is up already (process {status.ProcessId}); see 'causeway tunnel status'");
                return (int)ExitCode.Success;
            }

            return await new BackgroundStart(environment).RunAsync(["tunnel", "up", "--background-child", .. scope.Repeat(result, folder.Name), .. Repeat(settings)], null);
        });
        return command;
    }

    /// <summary>What the background process must be told.</summary>
    public static IEnumerable<string> Repeat(DaemonSettings settings)
    {
        if (settings.Device is { } device) yield return $"--device={device}";
        if (settings.PassphraseFile is { } file) yield return $"--passphrase-file={Path.GetFullPath(file)}";
        yield return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"--wait={(long)settings.Patience.TotalMilliseconds}ms");
        for (var i = 0; i < settings.Verbosity; i++) yield return "-v";
    }

    private static async Task<TunnelStatus?> RunningAsync(NetworkFolder folder, CancellationToken cancel)
    {
        if (!TunnelScope.MayBeUp(folder)) return null;
        try
        {
            using var client = TunnelScope.Client(folder);
            return await client.GetStatusAsync(cancel);
        }
        catch (ControlException e) when (e.Error is ControlError.NotRunning)
        {
            return null;
        }
    }
}
