namespace Causeway.Gateway.Files;

/// <summary>The bounds and times of files. Immutable.</summary>
public sealed record FilesOptions
{
    /// <summary>Bytes that one peer's tree may have, its folders' blocks included (1 MiB and more). Default 16 GiB.</summary>
    public long MaxTreeBytes { get; init; } = 16L * 1024 * 1024 * 1024;

    /// <summary>Bytes of one stored file (1 and more). Default 16 GiB.</summary>
    public long MaxFileBytes { get; init; } = 16L * 1024 * 1024 * 1024;

    /// <summary>Bytes of a file that is sent as a whole in a JSON message, to a page or to another gateway (1 KiB to 256 MiB). Default 32 MiB.</summary>
    public int MaxMessageFileBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Files and folders in one list, and names in one folder that is sent in a message. Default 100 000.</summary>
    public int MaxListedEntries { get; init; } = 100_000;

    /// <summary>Bytes of a list that comes from another gateway (1 KiB to 256 MiB). Default 32 MiB.</summary>
    public int MaxListBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Bytes of answers from other gateways that may be held for all pages together; requests past it fail. Default 256 MiB.</summary>
    public long MaxUnfinishedBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>Names in one path. Default 64.</summary>
    public int MaxDepth { get; init; } = 64;

    /// <summary>Requests for lists and contents of one page that may be waiting at once; more are refused. Default 1024.</summary>
    public int MaxPendingRequests { get; init; } = 1024;

    /// <summary>Contents that are being fetched, or put into messages, for one page at once; others wait. Default 8.</summary>
    public int MaxFetches { get; init; } = 8;

    /// <summary>Streams of one other gateway that ask for our lists and files at once; more are reset. Default 16.</summary>
    public int MaxInboundStreams { get; init; } = 16;

    /// <summary>How long another gateway may take for its request, or we for its answer. Default 30 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long nothing may arrive of an answer, or be taken of ours. Default 30 s.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the network has before the peer that a page names is asked for the file itself. Default 3 s.</summary>
    public TimeSpan FallbackDelay { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a whole fetch for <c>getfile</c> may take. Default 10 minutes.</summary>
    public TimeSpan FetchTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a tree is kept after its page has gone. Default 30 days.</summary>
    public TimeSpan KeepTrees { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Uploads of one peer that are under way, or were finished a moment ago; each takes some 10 MiB. Default 16.</summary>
    public int MaxUploads { get; init; } = 16;

    /// <summary>How long an upload waits for its next part. Default 10 minutes.</summary>
    public TimeSpan UploadTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>HTTP requests for files that one browser may have open at once; more are refused with 429. Default 64.</summary>
    public int MaxTransfers { get; init; } = 64;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is out of its range; the message names it.</exception>
    public void Validate()
    {
        GatewayOptions.Require(MaxTreeBytes >= 1024 * 1024, nameof(MaxTreeBytes), "at least 1 MiB");
        GatewayOptions.Require(MaxFileBytes >= 1, nameof(MaxFileBytes), "at least 1");
        GatewayOptions.Require(MaxMessageFileBytes is >= 1024 and <= 256 * 1024 * 1024, nameof(MaxMessageFileBytes), "1 KiB to 256 MiB");
        GatewayOptions.Require(MaxListedEntries >= 1, nameof(MaxListedEntries), "at least 1");
        GatewayOptions.Require(MaxListBytes is >= 1024 and <= 256 * 1024 * 1024, nameof(MaxListBytes), "1 KiB to 256 MiB");
        GatewayOptions.Require(MaxUnfinishedBytes >= MaxListBytes, nameof(MaxUnfinishedBytes), "at least the longest list");
        GatewayOptions.Require(MaxDepth is >= 1 and <= 256, nameof(MaxDepth), "1 to 256");
        GatewayOptions.Require(MaxPendingRequests >= 1, nameof(MaxPendingRequests), "at least 1");
        GatewayOptions.Require(MaxFetches >= 1, nameof(MaxFetches), "at least 1");
        GatewayOptions.Require(MaxInboundStreams >= 1, nameof(MaxInboundStreams), "at least 1");
        GatewayOptions.Require(RequestTimeout > TimeSpan.Zero, nameof(RequestTimeout), "more than zero");
        GatewayOptions.Require(StallTimeout > TimeSpan.Zero, nameof(StallTimeout), "more than zero");
        GatewayOptions.Require(FallbackDelay >= TimeSpan.Zero, nameof(FallbackDelay), "zero or more");
        GatewayOptions.Require(FetchTimeout > TimeSpan.Zero, nameof(FetchTimeout), "more than zero");
        GatewayOptions.Require(KeepTrees >= TimeSpan.Zero, nameof(KeepTrees), "zero or more");
        GatewayOptions.Require(MaxUploads >= 1, nameof(MaxUploads), "at least 1");
        GatewayOptions.Require(UploadTimeout > TimeSpan.Zero, nameof(UploadTimeout), "more than zero");
        GatewayOptions.Require(MaxTransfers >= 1, nameof(MaxTransfers), "at least 1");
    }
}
