using System.CommandLine;
using Causeway.Cli.Commands;
using Causeway.Cli.Output;
using Causeway.Cli.Tunnel.Output;
using Causeway.Tunnel.Daemon.Control;

namespace Causeway.Cli.Tunnel.Commands;

/// <summary><c>causeway tunnel status</c>.</summary>
internal static class StatusCommand
{
    public static Command Create(CliEnvironment environment, TunnelScope scope)
    {
        var json = CommonOptions.Json();
        var command = new Command("status", "Show how the tunnel stands: addresses, relays, traffic, warnings.") { json };
        command.SetAction(scope.Ask(async (result, client, cancel) =>
        {
            var status = await client.GetStatusAsync(cancel);
            if (result.GetValue(json)) await environment.Out.WriteLineAsync(IndentedJson.Of(status, ControlJson.Default.TunnelStatus));
            else StatusText.Write(environment.Out, status, environment.Time);
        }));
        return command;
    }
}
