using Causeway.Libp2p.Hosts;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.PubSub.Service;

/// <summary>Connects explicit peers and peers that others offered, a few at a time; what is too much is let go (go-libp2p-pubsub: 8 connectors, 128 pending, 30 s).</summary>
internal sealed class Connector(IHost host, ILogger log, CancellationToken stopping)
{
    private const int Concurrency = 8;
    private const int MaxPending = 128;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Queue<PeerId> _pending = new();
    private int _running;

    /// <summary>Connects a peer, soon.</summary>
    public void Add(PeerId peer, ReadOnlyMemory<byte> signedRecord)
    {
        // A record that is not the peer's, or older than what we have, leaves the store as it is.
        if (!signedRecord.IsEmpty) host.Peers.AddSignedRecord(peer, signedRecord.Span);
        lock (_lock)
        {
            if (_pending.Count >= MaxPending || _pending.Contains(peer)) return;
            _pending.Enqueue(peer);
            if (_running >= Concurrency) return;
            _running++;
        }

        _ = Task.Run(RunAsync);
    }

    private async Task RunAsync()
    {
        while (TryTake(out var peer))
        {
            try
            {
                using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stopping);
                timeout.CancelAfter(Timeout);
                await host.ConnectAsync(peer, timeout.Token);
            }
            catch (Exception error)
            {
                log.ConnectFailed(peer, error.Message);
            }
        }
    }

    private bool TryTake(out PeerId peer)
    {
        lock (_lock)
        {
            if (!stopping.IsCancellationRequested && _pending.TryDequeue(out peer!)) return true;
            _running--;
            peer = null!;
            return false;
        }
    }
}
