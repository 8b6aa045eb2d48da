using Causeway.Cryptography.Keys;
using Causeway.Libp2p.Connections.Dialing;
using Causeway.Libp2p.Muxing;
using Causeway.Libp2p.Peers.Memory;
using Causeway.Libp2p.Resources;
using Causeway.Libp2p.Security;
using Causeway.Libp2p.Security.PrivateNetworks;
using Causeway.Libp2p.Transports;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.Hosts;

/// <summary>What a host is made of, collected by <see cref="HostBuilder"/>.</summary>
internal sealed record HostServices(
    PrivateKey Identity,
    bool OwnsIdentity,
    IReadOnlyList<Func<IHost, ITransport>> Transports,
    IReadOnlyList<ISecurityProtocol> Security,
    IReadOnlyList<IMuxerProtocol> Muxers,
    ResourceManager Resources,
    INameResolver Resolver,
    IReadOnlyList<Func<IHost, IHostComponent>> Components,
    PreSharedKey? PrivateNetwork,
    PeerMemorySettings? Memory,
    ILoggerFactory Loggers,
    TimeProvider Time);
