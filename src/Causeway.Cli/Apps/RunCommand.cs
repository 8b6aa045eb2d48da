using System.CommandLine;
using Causeway.Apps.Sites;
using Causeway.Cli.Commands;
using Causeway.Cli.Gateway;

namespace Causeway.Cli.Apps;

/// <summary><c>causeway app run</c>.</summary>
internal static class RunCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var path = new Argument<string>("site") { Description = "A folder with index.html at its top or in html/, or a bundle." };
        var name = new Option<string?>("--name") { Description = "What 'causeway app ps' calls it. Default: the folder's or the file's name." };
        var serving = new ServingOptions();
        var command = new Command("run", "Serve a site and the gateway behind it.") { path, name };
        serving.AddTo(command);
        command.SetAction(async (result, _) =>
        {
            using var site = AppSite.Open(result.GetValue(path)!);
            return await new GatewayRunner(environment).RunAsync(serving.Read(result) with { Site = site, AppName = result.GetValue(name) ?? site.Name });
        });
        return command;
    }
}
