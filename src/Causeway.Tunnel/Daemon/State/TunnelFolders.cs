using Causeway.Tunnel.Protocol.Wire;
using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Tunnel.Daemon.State;

/// <summary>Where the networks of a user are kept: a folder for what lasts and one for sockets, each with a folder per network.</summary>
/// <param name="State">What lasts: keys, rosters, settings, logs.</param>
/// <param name="Runtime">Sockets; the same folder if nothing better is known.</param>
public sealed record TunnelFolders(string State, string Runtime)
{
    /// <summary>The variable that names <see cref="State"/>.</summary>
    public const string StateVariable = "CAUSEWAY_STATE";

    /// <summary>The variable that names <see cref="Runtime"/>.</summary>
    public const string RuntimeVariable = "CAUSEWAY_RUNTIME";

    /// <summary>
    /// The folder that is named, else the environment's, else root's (/var/lib/causeway/tunnel and /run/causeway), else the user's (XDG base directory
    /// specification). With a state folder of one's own the sockets are in it: networks of the same name in different folders do not meet.
    /// </summary>
    /// <param name="state">The folder named on the command line, or null.</param>
    /// <param name="variable">Reads an environment variable.</param>
    /// <param name="isRoot">Whether root runs this.</param>
    public static TunnelFolders Resolve(string? state, Func<string, string?> variable, bool isRoot)
    {
        string? Named(string name) => variable(name) is { Length: > 0 } value ? value : null;
        if ((state ?? Named(StateVariable)) is { } own)
        {
            own = Path.GetFullPath(own);
            return new TunnelFolders(own, state is null && Named(RuntimeVariable) is { } runtime ? Path.GetFullPath(runtime) : own);
        }

        if (isRoot) return new TunnelFolders("/var/lib/causeway/tunnel", Named(RuntimeVariable) ?? "/run/causeway");
        var home = Named("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var folder = Path.Combine(Named("XDG_STATE_HOME") ?? Path.Combine(home, ".local", "state"), "causeway", "tunnel");
        return new TunnelFolders(folder, Named(RuntimeVariable) ?? (Named("XDG_RUNTIME_DIR") is { } session ? Path.Combine(session, "causeway") : folder));
    }

    /// <summary>The folders of one network, which need not exist.</summary>
    /// <exception cref="TunnelException">No network can have this name.</exception>
    public NetworkFolder Network(string name) => RosterName.IsValid(name)
        ? new NetworkFolder(name, Path.Combine(State, name), Path.Combine(Runtime, name))
        : throw new TunnelException($"'{name}' cannot be the name of a network: use 1 to {RosterName.MaximumLength} of a-z, 0-9 and '-'.");

    /// <summary>The networks that this machine is in, by name. One whose joining was never finished is none.</summary>
    /// <exception cref="TunnelException">The folder may not be read.</exception>
    public IReadOnlyList<NetworkFolder> Networks()
    {
        try
        {
            if (!Directory.Exists(State)) return [];
            return [.. Directory.EnumerateDirectories(State).Select(d => Path.GetFileName(d)!).Where(RosterName.IsValid).Order(StringComparer.Ordinal).Select(Network).Where(n => n.Exists)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TunnelException($"The folder '{State}' cannot be read: {e.Message.TrimEnd('.')}; run the command as its owner, or name another with --state.", e);
        }
    }
}
