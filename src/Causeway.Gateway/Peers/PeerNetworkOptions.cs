using Causeway.Libp2p.PubSub;
using Causeway.Multiformats;

namespace Causeway.Gateway.Peers;

/// <summary>How pages' peers are on the network. Immutable.</summary>
public sealed record PeerNetworkOptions
{
    /// <summary>The mDNS service under which gateways of this family find each other (docs/reference/gateway-protocol.md).</summary>
    public const string ServiceName = "p2p-webapp";

    /// <summary>Where each peer listens, besides the in-memory network of the process. Default all IPv4 interfaces, a port of the system's choice.</summary>
    public IReadOnlyList<Multiaddress> Listen { get; init; } = [Multiaddress.Parse("/ip4/0.0.0.0/tcp/0")];

    /// <summary>Whether peers announce themselves and search by multicast DNS. Default yes.</summary>
    public bool Mdns { get; init; } = true;

    /// <summary>How pub/sub behaves. Default GossipSub's own.</summary>
    public GossipSubOptions GossipSub { get; init; } = new();

    /// <summary>Peers that stay on this machine: loopback only, no mDNS.</summary>
    public static PeerNetworkOptions ThisMachine { get; } = new() { Listen = [Multiaddress.Parse("/ip4/127.0.0.1/tcp/0")], Mdns = false };
}
