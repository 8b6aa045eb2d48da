using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Tunnel.Daemon.State;

/// <summary>What a machine keeps of one network. Only its owner may look inside.</summary>
public sealed record NetworkFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The folders of a network.</summary>
    /// <param name="name">The network's name on this machine.</param>
    /// <param name="path">The folder for what lasts.</param>
    /// <param name="runtimePath">The folder for the socket.</param>
    public NetworkFolder(string name, string path, string runtimePath) => (Name, FullPath, RuntimePath) = (name, path, runtimePath);

    /// <summary>The network's name on this machine.</summary>
    public string Name { get; }

    /// <summary>The folder.</summary>
    public string FullPath { get; }

    /// <summary>The folder of the socket.</summary>
    public string RuntimePath { get; }

    /// <summary>This machine's identity in the network.</summary>
    public string KeyPath => Path.Combine(FullPath, "identity.key");

    /// <summary>Who is a member.</summary>
    public string RosterPath => Path.Combine(FullPath, "roster.log");

    /// <summary>Invitations that can be redeemed here.</summary>
    public string InvitationsPath => Path.Combine(FullPath, "invitations.json");

    /// <summary>This machine's settings for the network.</summary>
    public string SettingsPath => Path.Combine(FullPath, "settings.json");

    /// <summary>What the daemon says.</summary>
    public string LogPath => Path.Combine(FullPath, "daemon.log");

    /// <summary>Held by the one process that works in the folder.</summary>
    public string LockPath => Path.Combine(FullPath, "lock");

    /// <summary>There while the network is being joined and is not yet.</summary>
    public string JoiningPath => Path.Combine(FullPath, "joining");

    /// <summary>Where the daemon listens.</summary>
    public string SocketPath => Path.Combine(RuntimePath, "control.sock");

    /// <summary>Whether this machine is in the network.</summary>
    public bool Exists => File.Exists(RosterPath) && !File.Exists(JoiningPath);

    /// <summary>Makes the folder for what lasts, mode 0700.</summary>
    /// <exception cref="TunnelException">It cannot be made.</exception>
    public void Create() => Create(FullPath);

    /// <summary>Makes the folder for the socket, mode 0700.</summary>
    /// <exception cref="TunnelException">It cannot be made.</exception>
    public void CreateRuntime() => Create(RuntimePath);

    /// <summary>Deletes all that is kept of the network.</summary>
    /// <exception cref="TunnelException">Something cannot be deleted.</exception>
    public void Delete()
    {
        try
        {
            if (Directory.Exists(FullPath)) Directory.Delete(FullPath, recursive: true);
            if (Directory.Exists(RuntimePath)) Directory.Delete(RuntimePath, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TunnelException($"The folder '{FullPath}' cannot be deleted: {e.Message.TrimEnd('.')}; delete it yourself.", e);
        }
    }

    private static void Create(string path)
    {
        try
        {
            // Folders above get the usual mode: others may pass, and look in here they cannot.
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
                return;
            }

            Directory.CreateDirectory(path, OwnerOnly);
            if (File.GetUnixFileMode(path) != OwnerOnly) File.SetUnixFileMode(path, OwnerOnly);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TunnelException($"The folder '{path}' cannot be made: {e.Message.TrimEnd('.')}; run the command as root, or name a folder of your own with --state.", e);
        }
    }
}
