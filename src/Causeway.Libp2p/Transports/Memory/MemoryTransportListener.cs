using System.Threading.Channels;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Transports.Memory;

/// <summary>A name that is listened on.</summary>
internal sealed class MemoryTransportListener(MemoryNetwork network, Multiaddress address) : ITransportListener
{
    // As TcpTransportOptions.Backlog.
    private const int Backlog = 512;

    private readonly Channel<MemoryConnection> _waiting = Channel.CreateBounded<MemoryConnection>(Backlog);

    public Multiaddress Address { get; } = address;

    public async ValueTask<TransportConnection?> AcceptAsync(CancellationToken cancellationToken)
    {
        while (await _waiting.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_waiting.Reader.TryRead(out var connection)) return connection;
        }

        return null;
    }

    public bool TryOffer(MemoryConnection connection) => _waiting.Writer.TryWrite(connection);

    public ValueTask DisposeAsync()
    {
        network.Remove(this);
        _waiting.Writer.TryComplete();
        while (_waiting.Reader.TryRead(out var connection)) connection.Abort();
        return ValueTask.CompletedTask;
    }
}
