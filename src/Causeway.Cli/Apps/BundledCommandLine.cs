using Causeway.Apps.Bundles;

namespace Causeway.Cli.Apps;

/// <summary>
/// The command line of an executable with a site behind it: without a command it runs the site, and the commands for apps are at its top, about this very file.
/// Everything else is as without a site.
/// </summary>
internal static class BundledCommandLine
{
    // These take the bundle as their first argument.
    private static readonly string[] AboutBundle = ["run", "ls", "cat", "cp", "extract"];

    private static readonly string[] AboutApps = ["bundle", "ps", "kill", "killall"];

    // What System.CommandLine answers itself, wherever it stands.
    private static readonly string[] Common = ["--version"];

    /// <summary>The command line to run instead.</summary>
    /// <param name="args">What the user wrote.</param>
    /// <param name="executable">The running file; null if it is not known.</param>
    public static IReadOnlyList<string> Expand(IReadOnlyList<string> args, string? executable)
    {
        if (executable is null || !IsBundle(executable)) return args;
        if (args.Count == 0) return ["app", "run", executable];
        var first = args[0];
        if (AboutBundle.Contains(first)) return ["app", first, executable, .. args.Skip(1)];
        if (AboutApps.Contains(first)) return ["app", .. args];
        return first.StartsWith('-') && !Common.Contains(first) ? ["app", "run", executable, .. args] : args;
    }

    // A damaged one is reported by the command that opens it.
    private static bool IsBundle(string executable)
    {
        try
        {
            using var bundle = Bundle.TryOpen(executable);
            return bundle is not null;
        }
        catch (BundleException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
