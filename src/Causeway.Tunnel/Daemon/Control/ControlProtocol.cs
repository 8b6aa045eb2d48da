namespace Causeway.Tunnel.Daemon.Control;

/// <summary>What both ends of the control socket agree on: HTTP/1.1 over a Unix socket, JSON bodies (<see cref="ControlJson"/>), streams as one JSON text per line.</summary>
internal static class ControlProtocol
{
    /// <summary>The generation of what is said. It changes with every change of a message that an older program would not understand.</summary>
    public const string Generation = "1";

    /// <summary>The header with the version of the program that speaks.</summary>
    public const string VersionHeader = "Causeway-Version";

    /// <summary>The longest request body in bytes: eight relay URLs and their envelope are the most that is ever said.</summary>
    public const int MaxRequest = 16 * 1024;

    /// <summary>The longest answer, or line of one, in bytes: 4096 peers with every drop counter.</summary>
    public const int MaxResponse = 16 * 1024 * 1024;

    public const string Status = "/status";
    public const string Watch = "/watch";
    public const string Peers = "/peers";
    public const string Ping = "/ping";
    public const string Invitations = "/invitations";
    public const string Remove = "/remove";
    public const string Rename = "/rename";
    public const string Address = "/address";
    public const string Role = "/role";
    public const string Relays = "/relays";

    /// <summary>Understood whatever the generation, so that every program can stop every tunnel.</summary>
    public const string Stop = "/stop";

    /// <summary>The role of an administrator in <see cref="PeerChange.Value"/>.</summary>
    public const string Administrator = "admin";

    /// <summary>The role of all others.</summary>
    public const string Member = "member";
}
