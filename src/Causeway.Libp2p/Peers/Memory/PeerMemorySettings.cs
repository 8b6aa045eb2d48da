namespace Causeway.Libp2p.Peers.Memory;

/// <summary>What a host was told about its memory.</summary>
internal sealed record PeerMemorySettings(string Path, PeerMemoryOptions Options);
