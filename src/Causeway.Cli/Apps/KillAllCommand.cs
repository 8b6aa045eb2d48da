using System.CommandLine;
using Causeway.Hosting.Lifecycle;

namespace Causeway.Cli.Apps;

/// <summary><c>causeway app killall</c>.</summary>
internal static class KillAllCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var options = new KillOptions();
        var command = new Command("killall", "End all apps of this user.");
        options.AddTo(command);
        command.SetAction(async (result, _) =>
        {
            var processes = new AppProcesses(environment);
            var (patience, force) = options.Read(result);
            var all = processes.List();
            if (all.Count == 0) await environment.Out.WriteLineAsync("no apps run");
            var ended = await Task.WhenAll(all.Select(a => processes.EndAsync(a, patience, force)));
            return (int)(ended.All(static e => e) ? ExitCode.Success : ExitCode.Failure);
        });
        return command;
    }
}
