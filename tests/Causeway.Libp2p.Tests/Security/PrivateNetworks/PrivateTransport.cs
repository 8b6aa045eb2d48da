using Causeway.Cryptography.Secrets;
using Causeway.Libp2p.Security.PrivateNetworks;
using Causeway.Libp2p.Transports;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Security.PrivateNetworks;

/// <summary>A transport whose connections are protected from the start.</summary>
internal sealed class PrivateTransport(ITransport inner, PreSharedKey key) : ITransport
{
    public bool CanDial(Multiaddress address) => inner.CanDial(address);

    public bool CanListen(Multiaddress address) => inner.CanListen(address);

    public async ValueTask<TransportConnection> DialAsync(Multiaddress address, CancellationToken cancellationToken) =>
        await ProtectAsync(await inner.DialAsync(address, cancellationToken));

    public async ValueTask<ITransportListener> ListenAsync(Multiaddress address, CancellationToken cancellationToken) =>
        new Listener(this, await inner.ListenAsync(address, cancellationToken));

    private async ValueTask<TransportConnection> ProtectAsync(TransportConnection connection) =>
        await PrivateConnection.ProtectAsync(connection, key, RandomSource.System, Some.Patience);

    private sealed class Listener(PrivateTransport transport, ITransportListener inner) : ITransportListener
    {
        public Multiaddress Address => inner.Address;

        public async ValueTask<TransportConnection?> AcceptAsync(CancellationToken cancellationToken) =>
            await inner.AcceptAsync(cancellationToken) is { } accepted ? await transport.ProtectAsync(accepted) : null;

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
