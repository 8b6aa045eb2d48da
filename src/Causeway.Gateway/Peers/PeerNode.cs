using Causeway.Gateway.Files.Content;
using Causeway.Gateway.Topics;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.PubSub;
using Causeway.Multiformats;

namespace Causeway.Gateway.Peers;

/// <summary>A running libp2p peer for a page: its host, its pub/sub, and how peers in this process reach it.</summary>
public abstract class PeerNode : IAsyncDisposable
{
    /// <summary>The host, started.</summary>
    public abstract IHost Host { get; }

    /// <summary>Publish/subscribe over the host, started.</summary>
    public abstract IPubSub PubSub { get; }

    /// <summary>Finds the peers of topics beyond the local network; null where nothing does.</summary>
    public virtual ITopicDiscovery? Discovery => null;

    /// <summary>Opens blocks of one file or folder from the network; null where there is none for them.</summary>
    /// <param name="root">What is going to be read.</param>
    public virtual INetworkBlocks? OpenBlocks(Cid root) => null;

    /// <summary>Addresses at which other peers of this process reach it.</summary>
    public abstract IReadOnlyList<Multiaddress> LocalAddresses { get; }

    /// <summary>Releases all that the peer opened. The identity stays the caller's.</summary>
    public abstract ValueTask DisposeAsync();
}
