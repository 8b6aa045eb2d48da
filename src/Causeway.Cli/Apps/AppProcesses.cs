using System.Globalization;
using Causeway.Apps.Processes;
using Causeway.Hosting.Lifecycle;

namespace Causeway.Cli.Apps;

/// <summary>The apps of this user, for the commands about them.</summary>
internal sealed class AppProcesses(CliEnvironment environment)
{
    private readonly AppTable _table = new(AppTable.FolderFor(environment.Variable, StateFolder.Usual(environment.Variable)));

    /// <summary>Those that run, oldest first.</summary>
    /// <exception cref="UserErrorException">They cannot be listed.</exception>
    public IReadOnlyList<RunningApp> List()
    {
        try
        {
            return _table.List();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ExitCode.Failure, $"the running apps cannot be listed: {e.Message}", e);
        }
    }

    /// <summary>The one with a process ID or a name.</summary>
    /// <exception cref="UserErrorException">There is none, or several have the name.</exception>
    public RunningApp Find(string text)
    {
        var isId = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id);
        var all = List();
        var found = all.Where(a => isId && a.Record.ProcessId == id).ToList();
        if (found.Count == 0) found = [.. all.Where(a => a.Record.Name == text)];
        return found.Count switch
        {
            1 => found[0],
            0 => throw new UserErrorException(ExitCode.Failure, $"no app of yours has the {(isId ? "process ID" : "name")} {text}; 'causeway app ps' shows them"),
            _ => throw new UserErrorException(ExitCode.Usage, $"{found.Count} apps have the name {text}; choose one by its process ID: {string.Join(", ", found.Select(static a => a.Record.ProcessId))}"),
        };
    }

    /// <summary>Ends an app, and says what became of it.</summary>
    /// <returns>Whether it is gone.</returns>
    public async Task<bool> EndAsync(RunningApp app, TimeSpan patience, bool force)
    {
        var name = $"{app.Record.Name} ({app.Record.ProcessId})";
        var result = await AppEnding.EndAsync(app, patience, force);
        await environment.Out.WriteLineAsync(result switch
        {
            EndResult.Ended => $"{name} has ended",
            EndResult.Killed => $"{name} did not end within {patience.TotalSeconds:0.###} s and was killed",
            EndResult.Gone => $"{name} had ended already",
            _ => $"{name} still runs after {patience.TotalSeconds:0.###} s; --force kills it",
        });
        return result != EndResult.StillRuns;
    }
}
