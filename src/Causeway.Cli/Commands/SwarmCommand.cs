using System.CommandLine;
using System.Globalization;
using Causeway.Cli.Node;
using Causeway.Cli.Output;
using Causeway.Hosting.Lifecycle;
using Causeway.Hosting.Logging;
using Causeway.Node.Control;

namespace Causeway.Cli.Commands;

/// <summary><c>causeway swarm</c>: the connections of a node.</summary>
internal static class SwarmCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var scope = new NodeScope(environment);
        var command = new Command("swarm", "Show and change the connections of the node on this machine.")
        {
            Peers(environment, scope), Addresses(environment, scope), Connect(environment, scope), Disconnect(environment, scope), Ping(environment, scope),
        };
        scope.AddTo(command);
        return command;
    }

    private static Argument<string> Target() => new("peer") { Description = "A multiaddr, such as /ip4/192.0.2.1/tcp/9092/p2p/12D3KooW…, or a peer ID." };

    private static Command Peers(CliEnvironment environment, NodeScope scope)
    {
        var json = CommonOptions.Json();
        var command = new Command("peers", "Show the connections: with whom, on which path, how far.") { json };
        command.SetAction(scope.Ask(async (result, node, cancel) =>
        {
            var connections = await node.GetConnectionsAsync(cancel);
            if (result.GetValue(json))
            {
                await environment.Out.WriteLineAsync(IndentedJson.Of(connections, NodeJson.Default.IReadOnlyListConnectionReport));
                return (int)ExitCode.Success;
            }

            if (connections.Count == 0)
            {
                await environment.Out.WriteLineAsync("no connections");
                return (int)ExitCode.Success;
            }

            var table = new TextTable("PEER ID", "ADDRESS", "PATH", "DIRECTION", "RTT", "STREAMS", "AGENT");
            foreach (var c in connections)
            {
                var path = (c.Relayed, c.Limited) switch { (true, true) => "relayed, limited", (true, false) => "relayed", _ => "direct" };
                var trip = c.RoundTripMilliseconds is { } milliseconds ? UnitText.Milliseconds(milliseconds) : "-";
                table.Add(c.PeerId, c.Address, path, c.Direction, trip, c.Streams.ToString(CultureInfo.InvariantCulture), c.Agent ?? "-");
            }

            table.WriteTo(environment.Out);
            return (int)ExitCode.Success;
        }));
        return command;
    }

    private static Command Addresses(CliEnvironment environment, NodeScope scope)
    {
        var json = CommonOptions.Json();
        var own = new Option<bool>("--own") { Description = "Show the node's own addresses instead: those that it tells others." };
        var command = new Command("addrs", "Show the peers that the node knows, and their addresses.") { own, json };
        command.SetAction(scope.Ask(async (result, node, cancel) =>
        {
            if (result.GetValue(own))
            {
                var status = await node.GetStatusAsync(cancel);
                if (result.GetValue(json)) await environment.Out.WriteLineAsync(IndentedJson.Of(status, NodeJson.Default.NodeReport));
                else foreach (var address in status.Addresses) await environment.Out.WriteLineAsync(address);
                return (int)ExitCode.Success;
            }

            var peers = await node.GetPeersAsync(cancel);
            if (result.GetValue(json)) await environment.Out.WriteLineAsync(IndentedJson.Of(peers, NodeJson.Default.IReadOnlyListPeerReport));
            else foreach (var peer in peers) PeerText.Write(environment.Out, peer);
            return (int)ExitCode.Success;
        }));
        return command;
    }

    private static Command Connect(CliEnvironment environment, NodeScope scope)
    {
        var (target, json) = (Target(), CommonOptions.Json());
        var command = new Command("connect", "Connect the node to a peer.") { target, json };
        command.SetAction(scope.Ask(async (result, node, cancel) =>
        {
            var connection = await node.ConnectAsync(result.GetValue(target)!, cancel);
            await environment.Out.WriteLineAsync(result.GetValue(json)
                ? IndentedJson.Of(connection, NodeJson.Default.ConnectionReport)
                : $"connected to {connection.PeerId} at {connection.Address}{(connection.Relayed ? ", through a relay" : "")}");
            return (int)ExitCode.Success;
        }));
        return command;
    }

    private static Command Disconnect(CliEnvironment environment, NodeScope scope)
    {
        var (target, json) = (Target(), CommonOptions.Json());
        var command = new Command("disconnect", "Close the node's connections to a peer.") { target, json };
        command.SetAction(scope.Ask(async (result, node, cancel) =>
        {
            var count = await node.DisconnectAsync(result.GetValue(target)!, cancel);
            await environment.Out.WriteLineAsync(result.GetValue(json)
                ? string.Create(CultureInfo.InvariantCulture, $$"""{"closed":{{count}}}""")
                : $"closed {count} connection{(count == 1 ? "" : "s")}");
            return (int)ExitCode.Success;
        }));
        return command;
    }

    private static Command Ping(CliEnvironment environment, NodeScope scope)
    {
        var (target, json) = (Target(), CommonOptions.Json());
        var count = CommonOptions.Count("-c", "How often", 4);
        var command = new Command("ping", "Measure the round trip to a peer, once a second, connecting if need be. Fails if nothing comes back.") { target, count, json };
        command.SetAction(scope.Ask(async (result, node, cancel) =>
        {
            var summary = new PingSummary(result.GetValue(target)!);
            try
            {
                await foreach (var ping in node.PingAsync(summary.Name, result.GetValue(count), cancel))
                {
                    summary.Add(ping.RoundTripMilliseconds);
                    await environment.Out.WriteLineAsync(result.GetValue(json)
                        ? System.Text.Json.JsonSerializer.Serialize(ping, NodeJson.Default.PingReport)
                        : summary.LineOf(ping.Sequence, ping.RoundTripMilliseconds, ping.Problem is { } problem ? LogText.Printable(problem) : null));
                }
            }
            catch (OperationCanceledException)
            {
                // Ctrl-C: the summary is for what there is.
            }

            if (summary.Sent > 0 && !result.GetValue(json)) await environment.Out.WriteLineAsync(summary.ToString());
            return (int)(summary.Answered > 0 ? ExitCode.Success : ExitCode.Failure);
        }));
        return command;
    }
}
