using System.Diagnostics.CodeAnalysis;
using Causeway.Apps.Bundles;
using Causeway.Hosting.Lifecycle;

namespace Causeway.Cli.Apps;

/// <summary>The executable that a bundle is made of.</summary>
internal static class BaseExecutable
{
    private const string Advice = "make an executable with ./publish and name it with --base, or run this command with it";

    /// <summary>Checks that it can run on a machine without .NET, with everything in one file.</summary>
    /// <exception cref="UserErrorException">It cannot.</exception>
    public static void Require([NotNull] string? path)
    {
        if (path is null) throw new UserErrorException(ExitCode.Usage, $"this program does not know its own file; {Advice}");
        try
        {
            switch (SingleFileExecutable.Inspect(path))
            {
                case ExecutableKind.SelfContained: return;
                case ExecutableKind.NeedsRuntime: throw new UserErrorException(ExitCode.Usage, $"'{path}' is one file, but needs .NET on the machine it runs on; {Advice}");
                case ExecutableKind.OtherProgram: throw new UserErrorException(ExitCode.Usage, $"'{path}' is not causeway; {Advice}");
                default: throw new UserErrorException(ExitCode.Usage, $"'{path}' is not causeway in one file: it needs other files beside it; {Advice}");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ExitCode.Usage, $"'{path}' cannot be read: {e.Message}", e);
        }
    }
}
