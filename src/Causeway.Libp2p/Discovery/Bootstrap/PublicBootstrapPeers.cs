using System.Collections.Immutable;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Discovery.Bootstrap;

/// <summary>Bootstrap peers that others run for everybody. Nothing uses them unless it is told to: closed networks must work too.</summary>
public static class PublicBootstrapPeers
{
    /// <summary>
    /// Those of the public IPFS network (kubo, <c>config/bootstrap_peers.go</c>, <c>DefaultBootstrapAddresses</c>), without its QUIC address. Being connected to
    /// them tells them this host's addresses.
    /// </summary>
    public static ImmutableArray<Multiaddress> Ipfs { get; } =
    [
        Multiaddress.Parse("/dnsaddr/bootstrap.libp2p.io/p2p/QmNnooDu7bfjPFoTZYxMNLWUQJyrVwtbZg5gBMjTezGAJN"),
        Multiaddress.Parse("/dnsaddr/bootstrap.libp2p.io/p2p/QmQCU2EcMqAqQPR2i9bChDtGNJchTbq5TbXJJ16u19uLTa"),
        Multiaddress.Parse("/dnsaddr/bootstrap.libp2p.io/p2p/QmbLHAnMoJPWSCR5Zhtx6BHJX9KiKNN6tpvbUcqanj75Nb"),
        Multiaddress.Parse("/dnsaddr/bootstrap.libp2p.io/p2p/QmcZf59bWwK5XFi76CZX8cbJ4BhTzzA3gU1ZjYZcYW3dwt"),
        Multiaddress.Parse("/dnsaddr/va1.bootstrap.libp2p.io/p2p/12D3KooWKnDdG3iXw9eTFijk3EWSunZcFi54Zka4wmtqtt6rPxc8"),
        Multiaddress.Parse("/ip4/104.131.131.82/tcp/4001/p2p/QmaCpDMGvV2BGHeYERUEnRQAwe3N8SzbUtfsmvsqQLuvuJ"),
    ];
}
