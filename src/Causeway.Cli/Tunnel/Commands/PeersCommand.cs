using System.CommandLine;
using Causeway.Cli.Commands;
using Causeway.Cli.Output;
using Causeway.Cli.Tunnel.Output;
using Causeway.Tunnel.Daemon.Control;

namespace Causeway.Cli.Tunnel.Commands;

/// <summary><c>causeway tunnel peers</c>.</summary>
internal static class PeersCommand
{
    public static Command Create(CliEnvironment environment, TunnelScope scope)
    {
        var json = CommonOptions.Json();
        var command = new Command("peers", "Show the other members, who is online, and on which way.") { json };
        command.SetAction(scope.Ask(async (result, client, cancel) =>
        {
            var peers = await client.GetPeersAsync(cancel);
            if (result.GetValue(json)) await environment.Out.WriteLineAsync(IndentedJson.Of(peers, ControlJson.Default.IReadOnlyListPeerReport));
            else PeersText.Write(environment.Out, peers, environment.Time);
        }));
        return command;
    }
}
