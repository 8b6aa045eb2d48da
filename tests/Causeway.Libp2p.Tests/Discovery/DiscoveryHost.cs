using Causeway.Cryptography.Keys;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Peers;
using Causeway.Libp2p.Streams;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Discovery;

/// <summary>The part of a host that discovery uses: an identity, addresses, and an ear for what was found.</summary>
internal sealed class DiscoveryHost(params Multiaddress[] addresses) : IHost
{
    public event Action<HostEvent>? Changed;

    public event Action<PeerId>? Discovered;

    public PeerId Id => PeerId.FromPublicKey(Identity.PublicKey);

    public PrivateKey Identity { get; } = PrivateKey.Generate();

    public IReadOnlyList<Multiaddress> Addresses { get; private set; } = addresses;

    public List<(PeerId Peer, Multiaddress Address)> Found { get; } = [];

    public Reachability Reachability => Reachability.Unknown;

    public IPeerStore Peers => throw new NotSupportedException();

    public IConnectionManager Connections => throw new NotSupportedException();

    public IReadOnlyCollection<string> Protocols => [];

    public void SetAddresses(params Multiaddress[] changed)
    {
        Addresses = changed;
        Changed?.Invoke(new HostEvent.AddressesChanged());
    }

    public void AddDiscovered(PeerId peer, IEnumerable<Multiaddress> addresses)
    {
        Found.AddRange(addresses.Select(a => (peer, a)));
        Discovered?.Invoke(peer);
    }

    public void SetAddresses(string source, IEnumerable<Multiaddress> addresses) => throw new NotSupportedException();

    public void SetReachability(Reachability reachability) => throw new NotSupportedException();

    public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public ValueTask<IConnection> ConnectAsync(PeerId peer, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<IConnection> ConnectAsync(PeerId peer, ConnectOptions options, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<IConnection> ConnectAsync(Multiaddress address, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<Libp2pStream> OpenStreamAsync(PeerId peer, IReadOnlyList<string> protocols, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public ValueTask<Libp2pStream> OpenStreamAsync(
        PeerId peer, IReadOnlyList<string> protocols, ConnectOptions options, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public IDisposable Handle(string protocol, StreamHandler handler, ProtocolOptions? options = null) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
