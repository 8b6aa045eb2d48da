using System.CommandLine;

namespace Causeway.Cli.Apps;

/// <summary><c>causeway app</c>: sites as apps.</summary>
internal static class AppCommand
{
    public static Command Create(CliEnvironment environment) => new("app", "Run a site with its gateway, and make one executable of it.")
    {
        RunCommand.Create(environment),
        BundleCommand.Create(environment),
        ExtractCommand.Create(environment),
        ListCommand.Create(environment),
        CopyCommand.Create(environment),
        CatCommand.Create(environment),
        ProcessesCommand.Create(environment),
        KillCommand.Create(environment),
        KillAllCommand.Create(environment),
    };
}
