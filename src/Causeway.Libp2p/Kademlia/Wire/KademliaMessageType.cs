namespace Causeway.Libp2p.Kademlia.Wire;

/// <summary>What a message asks or answers (kad-dht spec, "RPC messages").</summary>
internal enum KademliaMessageType
{
    PutValue = 0,
    GetValue = 1,
    AddProvider = 2,
    GetProviders = 3,
    FindNode = 4,
    Ping = 5,
}
