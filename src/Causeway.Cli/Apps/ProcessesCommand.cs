using System.CommandLine;
using System.Globalization;
using Causeway.Apps.Processes;
using Causeway.Cli.Commands;
using Causeway.Cli.Output;

namespace Causeway.Cli.Apps;

/// <summary><c>causeway app ps</c>.</summary>
internal static class ProcessesCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Show the site and the command line, too." };
        var json = CommonOptions.Json();
        var command = new Command("ps", "List the apps that this user runs.") { verbose, json };
        command.SetAction(result =>
        {
            var apps = new AppProcesses(environment).List();
            if (result.GetValue(json)) environment.Out.WriteLine(IndentedJson.Of([.. apps.Select(Report)], AppJson.Default.IReadOnlyListAppReport));
            else Table(environment, apps, result.GetValue(verbose)).WriteTo(environment.Out);
        });
        return command;
    }

    private static TextTable Table(CliEnvironment environment, IReadOnlyList<RunningApp> apps, bool isVerbose)
    {
        string[] headings = ["PID", "NAME", "ADDRESS", "STARTED"];
        var table = new TextTable(isVerbose ? [.. headings, "SITE", "COMMAND LINE"] : headings);
        foreach (var app in apps.Select(static a => a.Record))
        {
            string[] cells = [app.ProcessId.ToString(CultureInfo.InvariantCulture), app.Name, app.Address.AbsoluteUri, UnitText.Moment(app.Started, environment.Time)];
            table.Add(isVerbose ? [.. cells, app.Site, string.Join(' ', CommandLineOf(app))] : cells);
        }

        return table;
    }

    private static AppReport Report(RunningApp app) => new(app.Record.ProcessId, app.Record.Name, app.Record.Address, app.Record.Site, app.Record.Started, CommandLineOf(app.Record));

    // proc(5): the arguments, each with a NUL at its end.
    private static string[] CommandLineOf(AppRecord app)
    {
        try
        {
            return File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{app.ProcessId}/cmdline")).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
