namespace Causeway.Gateway.Messaging;

/// <summary>The bounds and times of direct messages. Immutable.</summary>
public sealed record MessagingOptions
{
    /// <summary>Messages queued for one (peer, protocol) (1 to 1 048 576). Default 65 536.</summary>
    public int MaxQueuedMessages { get; init; } = 65_536;

    /// <summary>Bytes queued for one (peer, protocol). Default 64 MiB.</summary>
    public long MaxQueuedBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>Bytes queued by one page for all peers and protocols together, 128 for each message's place in its queue included. Default 128 MiB.</summary>
    public long MaxQueuedBytesPerPage { get; init; } = 128L * 1024 * 1024;

    /// <summary>Messages sent and not yet acknowledged on one stream (1 to 2048, half of what a receiver remembers). Default 1024.</summary>
    public int MaxUnacknowledgedMessages { get; init; } = 1024;

    /// <summary>Bytes sent and not yet acknowledged on one stream; one message is always allowed. Default 8 MiB.</summary>
    public long MaxUnacknowledgedBytes { get; init; } = 8L * 1024 * 1024;

    /// <summary>Largest frame between gateways in bytes: 16 MiB of JSON as base64, and its envelope. Default 24 MiB.</summary>
    public int MaxFrameBytes { get; init; } = 24 * 1024 * 1024;

    /// <summary>Bytes of unfinished frames over 64 KiB that may be held for all pages together; a stream that needs more is reset. Default 256 MiB.</summary>
    public long MaxUnfinishedBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>(Peer, protocol) pairs that one page sends to at once. Default 4096.</summary>
    public int MaxChannels { get; init; } = 4096;

    /// <summary>(Peer, protocol) pairs that only send to the page; at the limit the longest silent one makes room. Default 1024.</summary>
    public int MaxInboundChannels { get; init; } = 1024;

    /// <summary>Received ids that all channels of a page remember together, some 60 bytes each, beside 256 of each channel. Default 131 072.</summary>
    public int MaxRememberedIds { get; init; } = 131_072;

    /// <summary>Inbound streams of one peer for one protocol; a stream that breaks may overlap with its successor. Default 8.</summary>
    public int MaxInboundStreams { get; init; } = 8;

    /// <summary>How long a stream may be without traffic. Default 60 s.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long an open channel without traffic remembers what it received. Default 5 minutes.</summary>
    public TimeSpan MemoryTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long messages may stay unacknowledged without any progress before their stream is given up. Default 30 s.</summary>
    public TimeSpan AcknowledgeTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long opening a stream may take, dialing included. Default 10 s.</summary>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Pauses before the second, third, … attempt. One attempt more than pauses; after the last everything queued fails. Default 250 ms, 500 ms, 1 s, 2 s: a page that reloads is back by then.</summary>
    public IReadOnlyList<TimeSpan> RetryDelays { get; init; } =
        [TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)];

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is out of its range; the message names it.</exception>
    public void Validate()
    {
        GatewayOptions.Require(MaxQueuedMessages is >= 1 and <= 1 << 20, nameof(MaxQueuedMessages), "1 to 1 048 576");
        GatewayOptions.Require(MaxQueuedBytes >= 1024, nameof(MaxQueuedBytes), "at least 1 KiB");
        GatewayOptions.Require(MaxQueuedBytesPerPage >= MaxFrameBytes + OutgoingMessage.Overhead, nameof(MaxQueuedBytesPerPage), "at least the largest frame and 128 bytes");
        GatewayOptions.Require(MaxUnacknowledgedMessages is >= 1 and <= DuplicateFilter.Capacity / 2, nameof(MaxUnacknowledgedMessages), "1 to 2048");
        GatewayOptions.Require(MaxUnacknowledgedBytes >= 1024, nameof(MaxUnacknowledgedBytes), "at least 1 KiB");
        GatewayOptions.Require(MaxFrameBytes is >= 1024 and <= 1 << 30, nameof(MaxFrameBytes), "1 KiB to 1 GiB");
        GatewayOptions.Require(MaxUnfinishedBytes >= MaxFrameBytes, nameof(MaxUnfinishedBytes), "at least the largest frame");
        GatewayOptions.Require(MaxChannels >= 1, nameof(MaxChannels), "at least 1");
        GatewayOptions.Require(MaxInboundChannels >= 1, nameof(MaxInboundChannels), "at least 1");
        GatewayOptions.Require(MaxRememberedIds >= 0, nameof(MaxRememberedIds), "zero or more");
        GatewayOptions.Require(MaxInboundStreams >= 1, nameof(MaxInboundStreams), "at least 1");
        GatewayOptions.Require(IdleTimeout > TimeSpan.Zero, nameof(IdleTimeout), "more than zero");
        GatewayOptions.Require(MemoryTimeout >= IdleTimeout, nameof(MemoryTimeout), "at least the idle time-out");
        GatewayOptions.Require(AcknowledgeTimeout > TimeSpan.Zero, nameof(AcknowledgeTimeout), "more than zero");
        GatewayOptions.Require(OpenTimeout > TimeSpan.Zero, nameof(OpenTimeout), "more than zero");
        GatewayOptions.Require(RetryDelays.All(d => d >= TimeSpan.Zero), nameof(RetryDelays), "zero or more");
    }
}
