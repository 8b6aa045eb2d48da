namespace Causeway.Libp2p.Kademlia.Wire;

/// <summary>How the sender of a message stands to a peer in it (kad-dht spec, <c>ConnectionType</c>).</summary>
internal enum KademliaConnection
{
    NotConnected = 0,
    Connected = 1,
    CanConnect = 2,
    CannotConnect = 3,
}
