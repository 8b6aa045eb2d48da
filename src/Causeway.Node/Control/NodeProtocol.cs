namespace Causeway.Node.Control;

/// <summary>What both ends of a node's control socket agree on: HTTP/1.1 over a Unix socket, JSON bodies (<see cref="NodeJson"/>), streams as one JSON text per line.</summary>
internal static class NodeProtocol
{
    /// <summary>The generation of what is said. It changes with every change of a message that an older program would not understand.</summary>
    public const string Generation = "1";

    /// <summary>The longest request body in bytes: the largest record of the DHT as base64, and its envelope.</summary>
    public const int MaxRequest = 128 * 1024;

    /// <summary>The longest answer in bytes: all known peers.</summary>
    public const int MaxResponse = 64 * 1024 * 1024;

    public const string Status = "/status";
    public const string Connections = "/connections";
    public const string Peers = "/peers";
    public const string Connect = "/connect";
    public const string Disconnect = "/disconnect";
    public const string Ping = "/ping";
    public const string FindPeer = "/dht/peer";
    public const string Providers = "/dht/providers";
    public const string Provide = "/dht/provide";
    public const string Value = "/dht/value";
    public const string ImportCar = "/car/import";
}
