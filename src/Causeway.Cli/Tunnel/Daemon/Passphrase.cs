using Causeway.Cli.Relay;
using Causeway.Hosting.Lifecycle;

namespace Causeway.Cli.Tunnel.Daemon;

/// <summary>The passphrase of a key file: never on the command line.</summary>
internal static class Passphrase
{
    /// <summary>That in the file, without the end of its line; else the environment's; else none.</summary>
    /// <exception cref="UserErrorException">The file cannot be read, or is empty.</exception>
    public static string Read(string? path, Func<string, string?> variable)
    {
        if (path is null) return variable(RelayState.PassphraseVariable) ?? "";
        try
        {
            return File.ReadLines(path).FirstOrDefault() is { Length: > 0 } passphrase ? passphrase : throw new UserErrorException(ExitCode.Usage, $"the file '{path}' holds no passphrase; write it into the first line");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ExitCode.Usage, $"the passphrase in '{path}' cannot be read: {e.Message}", e);
        }
    }
}
