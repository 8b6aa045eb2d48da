using System.CommandLine;
using System.Text.Json;
using Causeway.Cli.Node;
using Causeway.Cli.Output;
using Causeway.Hosting.Lifecycle;
using Causeway.Node.Control;

namespace Causeway.Cli.Commands;

/// <summary><c>causeway dht</c>: the distributed hash table that a node is part of.</summary>
internal static class DhtCommand
{
    // The largest record that the DHT's peers take, with room to say that a file is too large.
    private const int MaxValue = 64 * 1024;

    public static Command Create(CliEnvironment environment)
    {
        var scope = new NodeScope(environment);
        var command = new Command("dht", "Search and announce in the DHT, through the node on this machine.")
        {
            FindPeer(environment, scope), FindProviders(environment, scope), Provide(environment, scope), Get(environment, scope), Put(environment, scope),
        };
        scope.AddTo(command);
        return command;
    }

    private static Argument<string> Cid() => new("cid") { Description = "The content's CID." };

    private static Argument<string> Key() => new("key") { Description = "The record's key, such as /ipns/… or /pk/…." };

    private static Command FindPeer(CliEnvironment environment, NodeScope scope)
    {
        var peer = new Argument<string>("peer") { Description = "The peer ID." };
        var json = CommonOptions.Json();
        var command = new Command("findpeer", "Find the addresses of a peer.") { peer, json };
        command.SetAction(scope.Ask(async (result, node, cancel) =>
        {
            var found = await node.FindPeerAsync(result.GetValue(peer)!, cancel);
            if (result.GetValue(json)) await environment.Out.WriteLineAsync(IndentedJson.Of(found, NodeJson.Default.PeerReport));
            else PeerText.Write(environment.Out, found);
            return (int)ExitCode.Success;
        }));
        return command;
    }

    private static Command FindProviders(CliEnvironment environment, NodeScope scope)
    {
        var (cid, json) = (Cid(), CommonOptions.Json());
        var count = CommonOptions.Count("-n", "How many at most", 20);
        var command = new Command("findprovs", "Find peers that provide a content. Fails if there is none.") { cid, count, json };
        command.SetAction(scope.Ask(async (result, node, cancel) =>
        {
            var found = 0;
            await foreach (var provider in node.FindProvidersAsync(result.GetValue(cid)!, result.GetValue(count), cancel))
            {
                found++;
                if (result.GetValue(json)) await environment.Out.WriteLineAsync(JsonSerializer.Serialize(provider, NodeJson.Default.PeerReport));
                else PeerText.Write(environment.Out, provider);
            }

            if (found == 0) await environment.Error.WriteLineAsync("no provider was found");
            return (int)(found > 0 ? ExitCode.Success : ExitCode.Failure);
        }));
        return command;
    }

    private static Command Provide(CliEnvironment environment, NodeScope scope)
    {
        var (cid, json) = (Cid(), CommonOptions.Json());
        var command = new Command("provide", "Announce that the node provides a content, and again as long as it runs.") { cid, json };
        command.SetAction(scope.Ask(async (result, node, cancel) =>
        {
            await node.ProvideAsync(result.GetValue(cid)!, cancel);
            await environment.Out.WriteLineAsync(result.GetValue(json) ? $$"""{"announced":{{Quote(result.GetValue(cid)!)}}}""" : $"{result.GetValue(cid)} is announced");
            return (int)ExitCode.Success;
        }));
        return command;
    }

    private static Command Get(CliEnvironment environment, NodeScope scope)
    {
        var (key, json) = (Key(), CommonOptions.Json());
        var output = new Option<string?>("--output", "-o") { Description = "Write the value into this file. Default: print it as base64." };
        var command = new Command("get", "Read a record.") { key, output, json };
        command.SetAction(scope.Ask(async (result, node, cancel) =>
        {
            var value = await node.GetValueAsync(result.GetValue(key)!, cancel);
            if (result.GetValue(output) is { } file) await WriteAsync(file, value.Value, cancel);
            if (result.GetValue(json)) await environment.Out.WriteLineAsync(IndentedJson.Of(value, NodeJson.Default.ValueReport));
            else if (result.GetValue(output) is null) await environment.Out.WriteLineAsync(Convert.ToBase64String(value.Value));
            return (int)ExitCode.Success;
        }));
        return command;
    }

    private static Command Put(CliEnvironment environment, NodeScope scope)
    {
        var (key, json) = (Key(), CommonOptions.Json());
        var file = new Argument<string>("file") { Description = "The file that holds the value." };
        var command = new Command("put", "Store a record with the peers that are closest to its key.") { key, file, json };
        command.SetAction(scope.Ask(async (result, node, cancel) =>
        {
            await node.PutValueAsync(new ValueReport(result.GetValue(key)!, await ReadAsync(result.GetValue(file)!, cancel)), cancel);
            await environment.Out.WriteLineAsync(result.GetValue(json) ? $$"""{"stored":{{Quote(result.GetValue(key)!)}}}""" : $"{result.GetValue(key)} is stored");
            return (int)ExitCode.Success;
        }));
        return command;
    }

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    private static async Task<byte[]> ReadAsync(string path, CancellationToken cancel)
    {
        try
        {
            if (new FileInfo(path).Length > MaxValue) throw new UserErrorException(ExitCode.Usage, $"'{path}' is too large for a record: at most {MaxValue} bytes");
            return await File.ReadAllBytesAsync(path, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ExitCode.Usage, $"the file '{path}' cannot be read: {e.Message}", e);
        }
    }

    private static async Task WriteAsync(string path, byte[] value, CancellationToken cancel)
    {
        try
        {
            await File.WriteAllBytesAsync(path, value, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ExitCode.Usage, $"the file '{path}' cannot be written: {e.Message}", e);
        }
    }
}
