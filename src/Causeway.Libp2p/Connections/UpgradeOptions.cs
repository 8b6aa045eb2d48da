namespace Causeway.Libp2p.Connections;

/// <summary>Limits on turning a raw connection into a usable one.</summary>
public sealed record UpgradeOptions
{
    /// <summary>How long security and muxer negotiation may take in all; then the raw connection is aborted. Default 10 s, greater than zero.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
