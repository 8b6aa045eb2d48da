namespace Causeway.Libp2p.Kademlia.Wire;

/// <summary>A request or its answer (kad-dht spec, "RPC messages").</summary>
internal sealed record KademliaMessage(KademliaMessageType Type, ReadOnlyMemory<byte> Key)
{
    public KademliaRecord? Record { get; init; }

    public IReadOnlyList<KademliaPeer> CloserPeers { get; init; } = [];

    public IReadOnlyList<KademliaPeer> ProviderPeers { get; init; } = [];
}
