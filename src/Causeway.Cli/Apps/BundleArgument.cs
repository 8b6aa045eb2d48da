using System.CommandLine;
using Causeway.Apps.Bundles;
using Causeway.Hosting.Lifecycle;

namespace Causeway.Cli.Apps;

/// <summary>The bundle that a command is about.</summary>
internal static class BundleArgument
{
    /// <summary>The argument.</summary>
    public static Argument<string> Create() => new("file") { Description = "An executable with a site behind it, as 'causeway app bundle' makes them." };

    /// <summary>Runs something with the bundle; what is wrong with it becomes a message.</summary>
    public static int Use(string path, Action<Bundle> action)
    {
        try
        {
            using var bundle = Bundle.Open(path);
            action(bundle);
            return (int)ExitCode.Success;
        }
        catch (Exception e) when ((e is FileNotFoundException or DirectoryNotFoundException) && !File.Exists(path))
        {
            throw new UserErrorException(ExitCode.Usage, $"there is no file '{path}'", e);
        }
        catch (BundleException e)
        {
            throw new UserErrorException(ExitCode.Failure, e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ExitCode.Failure, e.Message, e);
        }
    }
}
