namespace Causeway.Libp2p.Resources;

/// <summary>What one scope (the system, one peer, one connection) may hold at once.</summary>
public sealed record ScopeLimits
{
    /// <summary>Inbound connections.</summary>
    public int InboundConnections { get; init; } = int.MaxValue;

    /// <summary>Outbound connections.</summary>
    public int OutboundConnections { get; init; } = int.MaxValue;

    /// <summary>Connections in both directions.</summary>
    public int Connections { get; init; } = int.MaxValue;

    /// <summary>Inbound streams.</summary>
    public int InboundStreams { get; init; } = int.MaxValue;

    /// <summary>Outbound streams.</summary>
    public int OutboundStreams { get; init; } = int.MaxValue;

    /// <summary>Streams in both directions.</summary>
    public int Streams { get; init; } = int.MaxValue;

    /// <summary>Bytes of receive buffers and the like.</summary>
    public long Memory { get; init; } = long.MaxValue;

    /// <summary>No limits at all.</summary>
    public static ScopeLimits Unlimited { get; } = new();

    internal void Validate(string scope)
    {
        if (InboundConnections < 0 || OutboundConnections < 0 || Connections < 0 || InboundStreams < 0 || OutboundStreams < 0 || Streams < 0 || Memory < 0)
            throw new ArgumentException($"A limit of the {scope} scope is negative; 0 allows none, and int.MaxValue any number.");
    }
}
