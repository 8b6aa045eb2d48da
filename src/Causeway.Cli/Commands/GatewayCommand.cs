using System.CommandLine;
using Causeway.Apps.Sites;
using Causeway.Cli.Gateway;

namespace Causeway.Cli.Commands;

/// <summary><c>causeway gateway</c>.</summary>
internal static class GatewayCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var folder = new Option<string?>("--dir", "-d") { Description = "Serve this folder's site instead of the chat: index.html at its top or in html/." };
        var serving = new ServingOptions();
        var command = new Command("gateway", "Give every page that opens a WebSocket here a libp2p peer of its own.") { folder };
        serving.AddTo(command);
        command.SetAction(async (result, _) =>
        {
            using var site = result.GetValue(folder) is { } path ? AppSite.OpenFolder(path) : null;
            return await new GatewayRunner(environment).RunAsync(serving.Read(result) with { Site = site });
        });
        return command;
    }
}
