using System.CommandLine;
using Causeway.Hosting.Lifecycle;

namespace Causeway.Cli.Apps;

/// <summary><c>causeway app cp</c>.</summary>
internal static class CopyCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var file = BundleArgument.Create();
        var paths = new Argument<string[]>("path") { Description = "Files, folders or patterns ('*.js', 'html/**/*.png'), and last the folder to copy to, which is made.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("cp", "Copy files out of a bundle.") { file, paths };
        command.SetAction(result => BundleArgument.Use(result.GetValue(file)!, bundle =>
        {
            if (result.GetValue(paths) is not { Length: >= 2 } all) throw new UserErrorException(ExitCode.Usage, "name what to copy and the folder to copy to: causeway app cp <file> <path>… <folder>");
            var selected = BundleSelection.Of(bundle, all[..^1]);
            var target = new ExtractionFolder(all[^1]);
            foreach (var (entry, name) in selected) target.Write(bundle, entry, name);
            environment.Out.WriteLine($"{selected.Count} files in {all[^1]}");
        }));
        return command;
    }
}
