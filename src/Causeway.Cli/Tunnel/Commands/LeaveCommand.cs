using System.CommandLine;
using Causeway.Hosting.Lifecycle;
using Causeway.Tunnel.Daemon.Control;
using Causeway.Tunnel.Daemon.State;

namespace Causeway.Cli.Tunnel.Commands;

/// <summary><c>causeway tunnel leave</c>: forgets a network, with this machine's key in it.</summary>
internal static class LeaveCommand
{
    public static Command Create(CliEnvironment environment, TunnelScope scope)
    {
        var network = new Argument<string>("name") { Description = "The network; it has to be named, since its key here is deleted." };
        var command = new Command("leave", "Stop the tunnel of a network and delete all that this machine keeps of it, its key too.") { network };
        command.SetAction(async (result, cancel) =>
        {
            var folder = scope.Folders(result).Network(result.GetValue(network)!);
            if (!Directory.Exists(folder.FullPath)) throw new UserErrorException(ExitCode.Usage, $"this machine is in no network '{folder.Name}'; see 'causeway tunnel list'");
            try
            {
                using var client = TunnelScope.Client(folder);
                await DownCommand.StopAsync(folder, client, cancel);
            }
            catch (ControlException e) when (e.Error == ControlError.NotRunning)
            {
                // Then there is nothing to stop.
            }

            // One that is just starting has no socket yet.
            using (NetworkLock.TryTake(folder) ?? throw new UserErrorException(ExitCode.Failure, $"another command works in '{folder.Name}' just now; try again when it is done")) folder.Delete();
            await environment.Out.WriteLineAsync($"this machine keeps nothing of '{folder.Name}' any more; the others list it until an administrator removes it");
            return (int)ExitCode.Success;
        });
        return command;
    }
}
