using System.CommandLine;
using System.CommandLine.Parsing;
using Causeway.Cli.Commands;
using Causeway.Cli.Identity;
using Causeway.Cryptography.Keys;
using Causeway.Hosting.Lifecycle;
using Causeway.Hosting.Logging;
using Causeway.Multiformats;
using Causeway.Node;
using Causeway.Node.Control;

namespace Causeway.Cli.Node;

/// <summary>Which node a command asks: the one that runs on this machine, or, where peers to start from are named, a temporary one inside the command.</summary>
internal sealed class NodeScope(CliEnvironment environment)
{
    private readonly Option<string?> _state = new("--state")
    {
        Description = "Folder of the node that is asked. Default: that of 'causeway node'.",
        Recursive = true,
    };

    private readonly Option<Multiaddress[]> _bootstrap = new("--bootstrap")
    {
        Description = "Ask no running node, but be a peer for the time of the command, which starts from this address: a multiaddr with /p2p. May be repeated.",
        CustomParser = NodeOptionText.ParsePeerAddresses,
        Recursive = true,
    };

    private readonly Option<string?> _network = new("--private-network")
    {
        Description = "With --bootstrap: be part of the private network whose key (/key/swarm/psk/1.0.0/) this file holds.",
        Recursive = true,
    };

    private readonly Option<string> _prefix = NodeOptionText.DhtPrefix("With --bootstrap: ");

    /// <summary>Lets all subcommands have the options.</summary>
    public void AddTo(Command command)
    {
        AddStateTo(command);
        command.Add(_bootstrap);
        command.Add(_network);
        _prefix.Recursive = true;
        command.Add(_prefix);
    }

    /// <summary>Lets a command name the folder, for what only a node that goes on can do.</summary>
    public void AddStateTo(Command command) => command.Add(_state);

    /// <summary>Runs a command against the node, until it is done or a signal comes.</summary>
    public Func<ParseResult, CancellationToken, Task<int>> Ask(Func<ParseResult, INodeControl, CancellationToken, Task<int>> run) => async (result, _) =>
    {
        using var signals = environment.Stop is null ? new ShutdownSignals() : null;
        var stop = environment.Stop ?? signals!.Token;
        try
        {
            if (result.GetValue(_bootstrap) is { Length: > 0 } bootstrap) return await AskTemporaryAsync(NodeOptions.Temporary(bootstrap) with { DhtPrefix = result.GetValue(_prefix)! }, result.GetValue(_network), node => run(result, node, stop), stop);
            using var client = new NodeControlClient(new NodeState(result.GetValue(_state), environment.Variable).SocketPath);
            return await run(result, client, stop);
        }
        catch (NodeException e)
        {
            // Other peers have their say in such messages.
            throw new UserErrorException(e.Error == NodeError.BadRequest ? ExitCode.Usage : ExitCode.Failure, LogText.Printable(e.Message), e);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return (int)ExitCode.Failure;
        }
    };

    private async Task<int> AskTemporaryAsync(NodeOptions options, string? networkKey, Func<INodeControl, Task<int>> run, CancellationToken stop)
    {
        using var loggers = ConsoleLog.CreateFactory(environment.Error, 0, environment.Time);
        using var identity = PrivateKey.Generate();
        using var network = SwarmKey.Load(networkKey);
        await using var node = await NodeServer.StartAsync(options with { PrivateNetwork = network }, identity, loggers, environment.Time, stop);
        await JoinAsync(node.Control, options.Bootstrap, stop);
        return await run(node.Control);
    }

    // One that answers is enough to begin with: the node goes on with the others.
    private static async Task JoinAsync(INodeControl node, IReadOnlyList<Multiaddress> bootstrap, CancellationToken stop)
    {
        var attempts = bootstrap.Select(address => node.ConnectAsync(address.ToString(), stop)).ToList();
        await foreach (var attempt in Task.WhenEach(attempts))
        {
            if (attempt.IsCompletedSuccessfully) return;
        }

        await attempts[0];
    }
}
