namespace Causeway.Libp2p.Kademlia;

/// <summary>Whether a node serves the DHT (kad-dht spec, "Client and server mode").</summary>
public enum KademliaMode
{
    /// <summary>A server while others can reach the host, else a client.</summary>
    Auto,

    /// <summary>Asks others, serves nobody, is in nobody's routing table.</summary>
    Client,

    /// <summary>Answers requests and keeps records for others, whatever the host's reachability.</summary>
    Server,
}
