using System.CommandLine;
using System.Globalization;
using Causeway.Apps.Building;
using Causeway.Cli.Commands;
using Causeway.Cli.Output;

namespace Causeway.Cli.Apps;

/// <summary><c>causeway app ls</c>.</summary>
internal static class ListCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var file = BundleArgument.Create();
        var patterns = new Argument<string[]>("path") { Description = "Paths or patterns, such as '*.js' or 'html/**'. Default: all files.", Arity = ArgumentArity.ZeroOrMore };
        var json = CommonOptions.Json();
        var command = new Command("ls", "List the files of a bundle.") { file, patterns, json };
        command.SetAction(result => BundleArgument.Use(result.GetValue(file)!, bundle =>
        {
            var wanted = result.GetValue(patterns) is { Length: > 0 } some ? BundleSelection.Of(bundle, some) : [.. bundle.Entries.Select(static e => new SelectedEntry(e, e.Path))];
            if (result.GetValue(json))
            {
                var report = new BundleReport(bundle.Path, bundle.BaseLength, [.. wanted.Select(static s => new BundleFileReport(s.Entry.Path, s.Entry.Length, Convert.ToHexStringLower(s.Entry.Hash.Span)))]);
                environment.Out.WriteLine(IndentedJson.Of(report, AppJson.Default.BundleReport));
                return;
            }

            var table = new TextTable();
            foreach (var entry in wanted.Select(static s => s.Entry)) table.Add(entry.Path, entry.Length.ToString(CultureInfo.InvariantCulture));
            table.WriteTo(environment.Out);
        }));
        return command;
    }
}
