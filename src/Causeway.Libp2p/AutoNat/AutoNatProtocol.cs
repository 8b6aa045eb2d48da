namespace Causeway.Libp2p.AutoNat;

/// <summary>Protocol IDs and bounds of AutoNAT (libp2p specs, <c>autonat/autonat-v1.md</c> and <c>autonat/autonat-v2.md</c>).</summary>
internal static class AutoNatProtocol
{
    /// <summary>Version 1.</summary>
    public const string V1 = "/libp2p/autonat/1.0.0";

    /// <summary>Version 2: requests.</summary>
    public const string DialRequest = "/libp2p/autonat/2/dial-request";

    /// <summary>Version 2: the stream that a server opens on the connection that it dialed back.</summary>
    public const string DialBack = "/libp2p/autonat/2/dial-back";

    /// <summary>The longest message taken (bytes); the same as in go-libp2p and js-libp2p.</summary>
    public const int MaxMessage = 8192;

    /// <summary>Addresses of one request that a server looks at (go-libp2p).</summary>
    public const int MaxAddresses = 50;

    /// <summary>Data in one message (bytes); the spec allows 4096.</summary>
    public const int DataChunk = 4000;

    /// <summary>The least and the most that a server asks for before it dials another IP address (bytes).</summary>
    public const int MinDialData = 30_000, MaxDialData = 100_000;

    /// <summary>How long a request may take at the server.</summary>
    public static readonly TimeSpan ServerTimeout = TimeSpan.FromMinutes(1);

    /// <summary>How long the parts of a dial-back may take after the connection stands.</summary>
    public static readonly TimeSpan DialBackTimeout = TimeSpan.FromSeconds(10);
}
