using System.Threading.Channels;
using Causeway.Libp2p.Transports;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Relay.Client;

/// <summary>Hands on the circuits that others open to us.</summary>
internal sealed class CircuitListener(Multiaddress address, Action<CircuitListener> closed) : ITransportListener
{
    // As many wait to be accepted as the host upgrades at once; the host takes them faster than relays bring them.
    private const int Backlog = 64;

    private readonly Channel<TransportConnection> _waiting = Channel.CreateBounded<TransportConnection>(Backlog);

    public Multiaddress Address => address;

    /// <summary>Hands a circuit on; false when too many wait, or nobody listens any more.</summary>
    public bool TryOffer(TransportConnection connection) => _waiting.Writer.TryWrite(connection);

    public async ValueTask<TransportConnection?> AcceptAsync(CancellationToken cancellationToken)
    {
        while (await _waiting.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_waiting.Reader.TryRead(out var connection)) return connection;
        }

        return null;
    }

    public ValueTask DisposeAsync()
    {
        closed(this);
        _waiting.Writer.TryComplete();
        while (_waiting.Reader.TryRead(out var connection)) connection.Abort();
        return ValueTask.CompletedTask;
    }
}
