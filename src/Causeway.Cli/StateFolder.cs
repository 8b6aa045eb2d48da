using Causeway.Hosting.Lifecycle;

namespace Causeway.Cli;

/// <summary>Where servers keep what must survive them.</summary>
internal static class StateFolder
{
    /// <summary>The usual folder: the service manager's, else the user's.</summary>
    public static string Usual(Func<string, string?> variable)
    {
        // systemd's StateDirectory=; the XDG base directory specification for users.
        if (variable("STATE_DIRECTORY") is { Length: > 0 } service) return service.Split(':')[0];
        var home = variable("XDG_STATE_HOME") is { Length: > 0 } state
            ? state
            : Path.Combine(variable("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        return Path.Combine(home, "causeway");
    }

    /// <summary>Makes it, for its owner alone.</summary>
    /// <exception cref="UserErrorException">It cannot be made.</exception>
    public static void Create(string folder)
    {
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
            else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ExitCode.Usage, $"the folder '{folder}' cannot be made: {e.Message.TrimEnd('.')}; name another with --state", e);
        }
    }
}
