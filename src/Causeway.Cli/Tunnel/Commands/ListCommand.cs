using System.CommandLine;
using Causeway.Cli.Output;
using Causeway.Hosting.Lifecycle;
using Causeway.Tunnel.Daemon.Control;
using Causeway.Tunnel.Daemon.State;

namespace Causeway.Cli.Tunnel.Commands;

/// <summary><c>causeway tunnel list</c>: the networks that this machine is in.</summary>
internal static class ListCommand
{
    public static Command Create(CliEnvironment environment, TunnelScope scope)
    {
        var command = new Command("list", "Show the networks that this machine is in, and whether their tunnels are up.");
        command.SetAction(async (result, cancel) =>
        {
            var table = new TextTable("NETWORK", "STATE", "ADDRESS", "DEVICE", "FOLDER");
            foreach (var folder in scope.Folders(result).Networks())
            {
                var status = await StatusAsync(folder, cancel);
                table.Add(folder.Name, status?.State.ToString().ToLowerInvariant() ?? "down", status?.Ipv4 ?? "-", status?.Device ?? "-", folder.FullPath);
            }

            table.WriteTo(environment.Out);
            return (int)ExitCode.Success;
        });
        return command;
    }

    private static async Task<TunnelStatus?> StatusAsync(NetworkFolder folder, CancellationToken cancel)
    {
        try
        {
            using var client = TunnelScope.Client(folder);
            return await client.GetStatusAsync(cancel);
        }
        catch (ControlException e) when (e.Error == ControlError.NotRunning)
        {
            return null;
        }
    }
}
