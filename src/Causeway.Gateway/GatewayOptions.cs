namespace Causeway.Gateway;

/// <summary>The bounds and times of a gateway. Immutable; validated when the gateway starts.</summary>
public sealed record GatewayOptions
{
    /// <summary>Largest frame from a page in bytes (1 KiB to 256 MiB). Default 16 MiB.</summary>
    public int MaxFrameBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Bytes queued for a page before those who can wait must wait; at twice this the page is closed (16 KiB to 1 GiB). Default 32 MiB.</summary>
    public int OutboundQueueBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>How long a page may read nothing while something is being written to it. Default 20 s.</summary>
    public TimeSpan SlowReaderTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a connection may stay without a peer. Default 60 s.</summary>
    public TimeSpan PeerRequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a frame may take from its first byte to its last. Default 60 s.</summary>
    public TimeSpan FrameTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often the gateway pings an idle page, and how long it waits for the answer. Default 20 s.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Pages at once (1 to 100 000); more are refused with HTTP 503. Default 1024.</summary>
    public int MaxPages { get; init; } = 1024;

    /// <summary>Requests of one page that may be waiting at once; past it the page's frames are not read until one is answered. Default 1024.</summary>
    public int MaxPendingRequests { get; init; } = 1024;

    /// <summary>Protocols, topics and kept peers per page, each. Default 1024.</summary>
    public int MaxEntriesPerPage { get; init; } = 1024;

    /// <summary>How long <c>subscribe</c> waits for the mesh. Default 2 s.</summary>
    public TimeSpan MeshTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long a new peer waits for the same identity's old peer to go before it counts as a duplicate: a page that is reloaded opens its new socket about when the
    /// old one closes. Default 300 ms.
    /// </summary>
    public TimeSpan DuplicateGrace { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>Direct messages.</summary>
    public Messaging.MessagingOptions Messaging { get; init; } = new();

    /// <summary>The reserved protocol of gateways, on which file lists and files travel; pages cannot start it. Default <c>/p2p-webapp/1.0.0</c>.</summary>
    public string FileProtocol { get; init; } = "/p2p-webapp/1.0.0";

    /// <summary>The topic on which a peer that has subscribed to it announces that its files have changed; null for none. Default none.</summary>
    public string? NotifyTopic { get; init; }

    /// <summary>The version that <c>peer</c> answers. Default: this assembly's.</summary>
    public string Version { get; init; } = typeof(GatewayOptions).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is out of its range; the message names it.</exception>
    public void Validate()
    {
        Require(MaxFrameBytes is >= 1024 and <= 256 * 1024 * 1024, nameof(MaxFrameBytes), "1 KiB to 256 MiB");
        Require(OutboundQueueBytes is >= 16 * 1024 and <= 1024 * 1024 * 1024, nameof(OutboundQueueBytes), "16 KiB to 1 GiB");
        Require(SlowReaderTimeout > TimeSpan.Zero, nameof(SlowReaderTimeout), "more than zero");
        Require(PeerRequestTimeout > TimeSpan.Zero, nameof(PeerRequestTimeout), "more than zero");
        Require(FrameTimeout > TimeSpan.Zero, nameof(FrameTimeout), "more than zero");
        Require(KeepAlive > TimeSpan.Zero, nameof(KeepAlive), "more than zero");
        Require(MaxPages is >= 1 and <= 100_000, nameof(MaxPages), "1 to 100 000");
        Require(MaxPendingRequests >= 1, nameof(MaxPendingRequests), "at least 1");
        Require(MaxEntriesPerPage >= 1, nameof(MaxEntriesPerPage), "at least 1");
        Require(MeshTimeout >= TimeSpan.Zero, nameof(MeshTimeout), "zero or more");
        Require(DuplicateGrace >= TimeSpan.Zero, nameof(DuplicateGrace), "zero or more");
        Require(FileProtocol.StartsWith('/') && FileProtocol.Length is > 1 and <= 256, nameof(FileProtocol), "'/' and a name");
        Require(NotifyTopic is null || System.Text.Encoding.UTF8.GetByteCount(NotifyTopic) is > 0 and <= 1024, nameof(NotifyTopic), "1 to 1024 bytes");
        Messaging.Validate();
    }

    internal static void Require(bool condition, string name, string range)
    {
        if (!condition) throw new ArgumentOutOfRangeException(name, $"{name} must be {range}.");
    }
}
