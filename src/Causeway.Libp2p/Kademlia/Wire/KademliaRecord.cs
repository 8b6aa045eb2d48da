namespace Causeway.Libp2p.Kademlia.Wire;

/// <summary>A value as messages carry it. When its sender received it is not taken from the wire: nobody can check it.</summary>
internal sealed record KademliaRecord(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value)
{
    /// <summary>When the sender received it; null where it does not matter.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }
}
