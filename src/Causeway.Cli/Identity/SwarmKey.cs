using Causeway.Hosting.Lifecycle;
using Causeway.Libp2p.Security.PrivateNetworks;

namespace Causeway.Cli.Identity;

/// <summary>The pre-shared keys of private networks, in files.</summary>
internal static class SwarmKey
{
    /// <summary>Reads a key; null where no file is named.</summary>
    /// <exception cref="UserErrorException">The file cannot be read, or holds no key.</exception>
    public static PreSharedKey? Load(string? path)
    {
        try
        {
            return path is null ? null : PreSharedKey.Load(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new UserErrorException(ExitCode.Usage, $"the key of the private network cannot be read from '{path}': {e.Message}", e);
        }
    }
}
