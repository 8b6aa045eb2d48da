using System.CommandLine;
using System.Reflection;

namespace Causeway.Cli.Commands;

/// <summary><c>causeway version</c>.</summary>
internal static class VersionCommand
{
    /// <summary>The version of this build.</summary>
    public static string Version { get; } =
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    public static Command Create(CliEnvironment environment)
    {
        var command = new Command("version", "Print the version.");
        command.SetAction(_ => environment.Out.WriteLine($"causeway {Version}"));
        return command;
    }
}
