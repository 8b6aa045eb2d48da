namespace Causeway.Tunnel.Protocol.Handshakes;

/// <summary>The times of a handshake (docs/protocol/tunnel.md §8).</summary>
public static class HandshakeTimes
{
    /// <summary>How long one attempt may take: 10 s.</summary>
    public static readonly TimeSpan Attempt = TimeSpan.FromSeconds(10);

    /// <summary>When a message is repeated first: after 1 s; each time after that it takes twice as long.</summary>
    public static readonly TimeSpan Repetition = TimeSpan.FromSeconds(1);

    /// <summary>The shortest wait before the next attempt: 1 s, doubled after each.</summary>
    public static readonly TimeSpan MinBackOff = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait before the next attempt: 60 s.</summary>
    public static readonly TimeSpan MaxBackOff = TimeSpan.FromSeconds(60);
}
