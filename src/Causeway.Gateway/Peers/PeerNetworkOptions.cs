using Causeway.Libp2p.PubSub;
using Causeway.Libp2p.Security.PrivateNetworks;
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

    /// <summary>How pub/sub behaves. Default GossipSub's own, over limited relayed connections too: messages of pages are few and small.</summary>
    public GossipSubOptions GossipSub { get; init; } = new() { AllowLimited = true };

    /// <summary>Peers to start from beyond the local network, each with <c>/p2p</c>. Default none: then there is no DHT.</summary>
    public IReadOnlyList<Multiaddress> Bootstrap { get; init; } = [];

    /// <summary>Relays to wait at while others cannot dial this machine, each with <c>/p2p</c>. Default none; connected peers that relay are used without being named.</summary>
    public IReadOnlyList<Multiaddress> Relays { get; init; } = [];

    /// <summary>The key of a private network; null for none. Stays the caller's, who disposes it after the peers.</summary>
    public PreSharedKey? PrivateNetwork { get; init; }

    /// <summary>Whether the router is asked to forward the peers' TCP ports, where there is a network beyond the local one. Default no.</summary>
    public bool PortMapping { get; init; }

    /// <summary>Whether there is a network beyond the local one, and with it DHT, relays and hole punching.</summary>
    public bool IsWide => Bootstrap.Count > 0 || Relays.Count > 0;

    /// <summary>Whether that network is closed: private addresses are told to others there, and used.</summary>
    public bool IsClosed => PrivateNetwork is not null || Bootstrap.Concat(Relays).All(static a => a.IsLocal);

    /// <summary>Checks every address.</summary>
    /// <exception cref="ArgumentException">One to start from, or of a relay, does not say which peer is there, or is relayed itself; the message names it.</exception>
    public void Validate()
    {
        if (Bootstrap.FirstOrDefault(static a => a.PeerId is null) is { } nameless)
            throw new ArgumentException($"The bootstrap address {nameless} does not say which peer is there. Add /p2p/ and its peer ID.");
        if (Relays.FirstOrDefault(static a => a.PeerId is null || a.IsRelayed) is { } wrong)
            throw new ArgumentException($"{wrong} is not the address of a relay: it must end in /p2p/ and the relay's peer ID.");
    }

    /// <summary>Peers that stay on this machine: loopback only, no mDNS.</summary>
    public static PeerNetworkOptions ThisMachine { get; } = new() { Listen = [Multiaddress.Parse("/ip4/127.0.0.1/tcp/0")], Mdns = false };
}
