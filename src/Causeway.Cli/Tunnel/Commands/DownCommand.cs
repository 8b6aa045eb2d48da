using System.CommandLine;
using Causeway.Hosting.Lifecycle;
using Causeway.Tunnel.Daemon.Control;
using Causeway.Tunnel.Daemon.State;

namespace Causeway.Cli.Tunnel.Commands;

/// <summary><c>causeway tunnel down</c>: stops the tunnel and waits until its device has gone.</summary>
internal static class DownCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static Command Create(CliEnvironment environment, TunnelScope scope)
    {
        var command = new Command("down", "Stop the tunnel; its device is gone when the command returns.");
        command.SetAction(async (result, cancel) =>
        {
            var folder = scope.Network(result, TunnelScope.MayBeUp);
            try
            {
                using var client = TunnelScope.Client(folder);
                await StopAsync(folder, client, cancel);
                return (int)ExitCode.Success;
            }
            catch (ControlException e) when (e.Error == ControlError.NotRunning)
            {
                await environment.Error.WriteLineAsync($"the tunnel '{folder.Name}' is not up");
                return (int)ExitCode.Success;
            }
        });
        return command;
    }

    /// <summary>Stops a tunnel and waits until its process has let go of everything.</summary>
    public static async Task StopAsync(NetworkFolder folder, ControlClient client, CancellationToken cancel)
    {
        await client.StopAsync(cancel);

        // The device has gone; the lock goes last, and the next 'up' needs it.
        if (await NetworkLock.WaitUntilFreeAsync(folder, Patience, cancel)) return;
        throw new UserErrorException(ExitCode.Failure, $"the tunnel '{folder.Name}' has stopped, but its process does not end; see 'causeway tunnel logs', and end it if need be");
    }
}
