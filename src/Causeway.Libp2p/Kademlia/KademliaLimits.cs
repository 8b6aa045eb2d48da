namespace Causeway.Libp2p.Kademlia;

/// <summary>Bounds of what is taken from other peers. Protocol facts, not options: other implementations refuse the same.</summary>
public static class KademliaLimits
{
    /// <summary>The largest message (bytes): go-libp2p's <c>network.MessageSizeMax</c>, js-libp2p's default too.</summary>
    public const int MaxMessageSize = 4 << 20;

    /// <summary>The longest key of a value (bytes).</summary>
    public const int MaxKeyLength = 1024;

    /// <summary>The longest key of a provider record (bytes; go-libp2p-kad-dht, <c>handlers.go</c>).</summary>
    public const int MaxProviderKeyLength = 80;

    /// <summary>The largest value (bytes). IPNS records have at most 10 KiB (IPNS spec, "Record Size Limit").</summary>
    public const int MaxValueLength = 64 << 10;

    /// <summary>Peers taken from each list of a message; a good answer has k = 20, and providers may be more (go-libp2p-kad-dht takes 2 k closer ones).</summary>
    public const int MaxPeersPerList = 128;

    /// <summary>The longest address taken (bytes).</summary>
    public const int MaxAddressLength = 512;

    /// <summary>Addresses taken for each peer.</summary>
    public const int MaxAddressesPerPeer = 16;
}
