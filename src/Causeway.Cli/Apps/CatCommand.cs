using System.CommandLine;
using Causeway.Hosting.Lifecycle;

namespace Causeway.Cli.Apps;

/// <summary><c>causeway app cat</c>.</summary>
internal static class CatCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var file = BundleArgument.Create();
        var path = new Argument<string>("path") { Description = "The file's path in the bundle, as ls shows it; in html/ and config/ the name is enough." };
        var command = new Command("cat", "Write a file of a bundle to standard output.") { file, path };
        command.SetAction(result => BundleArgument.Use(result.GetValue(file)!, bundle =>
        {
            var selected = BundleSelection.Of(bundle, [result.GetValue(path)!]);
            if (selected.Count != 1) throw new UserErrorException(ExitCode.Usage, $"'{result.GetValue(path)}' are {selected.Count} files; name one");
            using var content = bundle.OpenRead(selected[0].Entry);
            using var output = environment.OpenOutput();
            content.CopyTo(output);
        }));
        return command;
    }
}
