using System.CommandLine;
using Causeway.Hosting.Lifecycle;

namespace Causeway.Cli.Apps;

/// <summary><c>causeway app kill</c>.</summary>
internal static class KillCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var app = new Argument<string>("app") { Description = "The app's process ID or name, as ps shows them." };
        var options = new KillOptions();
        var command = new Command("kill", "End an app: it says goodbye to its pages first.") { app };
        options.AddTo(command);
        command.SetAction(async (result, _) =>
        {
            var processes = new AppProcesses(environment);
            var (patience, force) = options.Read(result);
            return (int)(await processes.EndAsync(processes.Find(result.GetValue(app)!), patience, force) ? ExitCode.Success : ExitCode.Failure);
        });
        return command;
    }
}
