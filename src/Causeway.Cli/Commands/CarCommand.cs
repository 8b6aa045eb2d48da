using System.CommandLine;
using System.Text.Json;
using Causeway.Cli.Node;
using Causeway.Cli.Output;
using Causeway.Hosting.Lifecycle;
using Causeway.Ipfs;
using Causeway.Ipfs.Car;
using Causeway.Node.Control;

namespace Causeway.Cli.Commands;

/// <summary><c>causeway car</c>: archives of blocks.</summary>
internal static class CarCommand
{
    public static Command Create(CliEnvironment environment) =>
        new("car", "Look into CAR archives, and put their blocks into the node on this machine.") { List(environment), Import(environment) };

    private static Argument<string> ArchiveFile() => new("file") { Description = "The archive." };

    private static Command List(CliEnvironment environment)
    {
        var (file, json) = (ArchiveFile(), CommonOptions.Json());
        var command = new Command("ls", "List the roots and blocks of an archive. Fails if a block has another hash than its CID.") { file, json };
        command.SetAction(async (result, cancel) =>
        {
            var path = result.GetValue(file)!;
            try
            {
                await using var reader = await CarReader.OpenAsync(File.OpenRead(path), cancellationToken: cancel);
                await WriteAsync(environment.Out, reader, result.GetValue(json), cancel);
                return (int)ExitCode.Success;
            }
            catch (IpfsException e)
            {
                throw new UserErrorException(ExitCode.Failure, $"'{path}': {e.Message}", e);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new UserErrorException(ExitCode.Usage, $"the file '{path}' cannot be read: {e.Message}", e);
            }
        });
        return command;
    }

    // A line for each as they come: archives have millions of blocks.
    private static async Task WriteAsync(TextWriter output, CarReader reader, bool isJson, CancellationToken cancel)
    {
        var version = (int)reader.Version;
        if (isJson) await output.WriteLineAsync($$"""{"version":{{version}},"roots":[{{string.Join(',', reader.Roots.Select(static root => $"\"{root}\""))}}]}""");
        else foreach (var root in reader.Roots) await output.WriteLineAsync($"root   {root}");
        var (blocks, bytes) = (0L, 0L);
        await foreach (var block in reader.ReadAllAsync(cancel))
        {
            await output.WriteLineAsync(isJson ? $$"""{"cid":"{{block.Cid}}","length":{{block.Data.Length}}}""" : $"block  {block.Cid}  {block.Data.Length}");
            blocks++;
            bytes += block.Data.Length;
        }

        if (!isJson) await output.WriteLineAsync($"version {version}, {blocks} blocks, {UnitText.Bytes(bytes)}");
    }

    private static Command Import(CliEnvironment environment)
    {
        var scope = new NodeScope(environment);
        var (file, json) = (ArchiveFile(), CommonOptions.Json());
        var noPin = new Option<bool>("--no-pin") { Description = "Keep the blocks only as long as there is room for them." };
        var command = new Command("import", "Put the blocks of an archive into the node's storage, and pin what is below its roots.") { file, noPin, json };
        scope.AddStateTo(command);
        command.SetAction(scope.Ask(async (result, node, cancel) =>
        {
            CarImportReport? last = null;
            await foreach (var report in node.ImportCarAsync(Path.GetFullPath(result.GetValue(file)!), !result.GetValue(noPin), cancel))
            {
                last = report;
                if (result.GetValue(json)) await environment.Out.WriteLineAsync(JsonSerializer.Serialize(report, NodeJson.Default.CarImportReport));
            }

            if (last is { Roots: { } roots } && !result.GetValue(json))
            {
                await environment.Out.WriteLineAsync($"{last.Blocks} blocks, {UnitText.Bytes(last.Bytes)}");
                foreach (var root in roots) await environment.Out.WriteLineAsync($"{(last.Pinned == true ? "pinned" : "root")}  {root}");
            }

            return last?.Problem is { } problem ? throw new UserErrorException(ExitCode.Failure, problem) : (int)ExitCode.Success;
        }));
        return command;
    }
}
