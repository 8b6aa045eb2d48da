namespace Causeway.Libp2p.Peers;

/// <summary>Bounds of the peer store.</summary>
public sealed record PeerStoreOptions
{
    /// <summary>Peers remembered; past it those that were not used for the longest time go, never connected ones. Default 4096, at least 1.</summary>
    public int MaxPeers { get; init; } = 4096;

    /// <summary>Addresses remembered for each peer; past it those that expire first go. Default 64, at least 1.</summary>
    public int MaxAddressesPerPeer { get; init; } = 64;

    /// <summary>Protocols remembered for each peer. Default 512, at least 1.</summary>
    public int MaxProtocolsPerPeer { get; init; } = 512;

    internal void Validate()
    {
        if (MaxPeers < 1 || MaxAddressesPerPeer < 1 || MaxProtocolsPerPeer < 1)
            throw new ArgumentException("The limits of the peer store must be at least 1.");
    }
}
