using System.CommandLine;
using Causeway.Apps.Bundles;

namespace Causeway.Cli.Apps;

/// <summary><c>causeway app extract</c>.</summary>
internal static class ExtractCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var file = BundleArgument.Create();
        var output = new Option<string>("--output", "-o") { Description = "The folder to write the site to. Must be empty or not be there. Default: this one.", DefaultValueFactory = static _ => "." };
        var force = new Option<bool>("--force") { Description = "Write into a folder that is not empty, over files that are there." };
        var command = new Command("extract", "Write the site of a bundle to a folder.") { file, output, force };
        command.SetAction(result => BundleArgument.Use(result.GetValue(file)!, bundle =>
        {
            var folder = result.GetValue(output)!;
            var target = new ExtractionFolder(folder);
            if (!result.GetValue(force)) target.RequireEmpty();
            foreach (var entry in bundle.Entries) target.Write(bundle, entry, entry.Path);
            environment.Out.WriteLine($"{bundle.Entries.Count} files in {folder}");
        }));
        return command;
    }
}
