using System.Collections.Concurrent;
using Causeway.Libp2p.Muxing;
using Causeway.Libp2p.Muxing.Yamux;
using Causeway.Libp2p.Relay.Client;
using Causeway.Libp2p.Security;
using Causeway.Libp2p.Tests.Muxing;
using Causeway.Libp2p.Transports;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Relay;

/// <summary>Connections that are streams of connections of another transport, one stream each.</summary>
internal sealed class StreamTransport(ITransport inner) : ITransport, IAsyncDisposable
{
    private readonly ConcurrentBag<IMuxer> _muxers = [];

    public bool CanDial(Multiaddress address) => inner.CanDial(address);

    public bool CanListen(Multiaddress address) => inner.CanListen(address);

    public async ValueTask<TransportConnection> DialAsync(Multiaddress address, CancellationToken cancellationToken)
    {
        var connection = await inner.DialAsync(address, cancellationToken);
        var stream = await Start(connection, ConnectionRole.Initiator).OpenStreamAsync(cancellationToken);
        await stream.FlushAsync(cancellationToken);
        return Carry(stream, connection);
    }

    public async ValueTask<ITransportListener> ListenAsync(Multiaddress address, CancellationToken cancellationToken) =>
        new Listener(this, await inner.ListenAsync(address, cancellationToken));

    public async ValueTask DisposeAsync()
    {
        foreach (var muxer in _muxers) muxer.Abort(new InvalidOperationException("The test is over."));
        foreach (var muxer in _muxers) await muxer.Closed;
    }

    private static CircuitConnection Carry(MuxedStream stream, TransportConnection connection) =>
        new(stream, connection.LocalAddress, connection.RemoteAddress, isLimited: false);

    private IMuxer Start(TransportConnection connection, ConnectionRole role)
    {
        var muxer = new YamuxProtocol(null, new ManualTimeProvider()).Start(connection, role, new CountingScope());
        _muxers.Add(muxer);
        return muxer;
    }

    private sealed class Listener(StreamTransport transport, ITransportListener inner) : ITransportListener
    {
        public Multiaddress Address => inner.Address;

        public async ValueTask<TransportConnection?> AcceptAsync(CancellationToken cancellationToken)
        {
            if (await inner.AcceptAsync(cancellationToken) is not { } connection) return null;
            var stream = await transport.Start(connection, ConnectionRole.Responder).AcceptStreamAsync(cancellationToken);
            return Carry(stream!, connection);
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
