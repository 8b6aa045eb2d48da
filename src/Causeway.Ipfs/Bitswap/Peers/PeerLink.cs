using System.Threading.Channels;
using Causeway.Ipfs.Bitswap.Wire;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Bitswap.Peers;

/// <summary>
/// One peer's traffic: what it sends is processed message after message, what it is to get is written to one stream of ours, message after message. Both sides hold
/// few messages: who does not read gets no more, and who sends faster than we keep up waits.
/// </summary>
internal sealed partial class PeerLink : IAsyncDisposable
{
    // Messages that wait to be processed, and that are arriving at once on different streams.
    private const int MaxWaiting = 4;
    private const int MaxArriving = 4;

    // Refusals that wait to be said; the peer learns from its own patience of those past them.
    private const int MaxRefused = 4096;
    private const int MaxRefusedPerMessage = 1024;

    // For the connection manager: a connection that carries blocks outweighs one that carries gossip or look-ups.
    private const int BusyWeight = 50;

    private readonly BitswapExchange _exchange;
    private readonly Queue<Cid> _refused = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Channel<(BitswapMessage Message, int Length)> _incoming =
        Channel.CreateBounded<(BitswapMessage, int)>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    private readonly SemaphoreSlim _arriving = new(MaxArriving);
    private readonly Channel<bool> _work = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly Task _sending;
    private readonly Task _processing;
    private int _isBusy;

    public PeerLink(BitswapExchange exchange, PeerId peer)
    {
        (_exchange, Peer) = (exchange, peer);
        _sending = Task.Run(SendAllAsync);
        _processing = Task.Run(ProcessAllAsync);
    }

    /// <summary>Who it is.</summary>
    public PeerId Peer { get; }

    /// <summary>There may be something to send.</summary>
    public void Kick() => _work.Writer.TryWrite(true);

    /// <summary>There is no room for these wants, or nobody is served here: the peer is to hear that they are not here.</summary>
    public void Refuse(IEnumerable<Cid> cids)
    {
        lock (_refused)
        {
            foreach (var cid in cids.Take(MaxRefused - _refused.Count)) _refused.Enqueue(cid);
        }
    }

    /// <summary>Moves what is refused into a message.</summary>
    public void TakeRefused(OutgoingMessage message)
    {
        lock (_refused)
        {
            for (var i = 0; i < MaxRefusedPerMessage && _refused.TryDequeue(out var cid); i++) message.Add(new BlockPresence(cid, Has: false));
        }
    }

    /// <summary>Blocks go to or come from the peer: its connection is worth more than an idle one's.</summary>
    public void MarkBusy()
    {
        if (Interlocked.Exchange(ref _isBusy, 1) == 0) _exchange.Weigh(Peer, BusyWeight);
    }

    /// <summary>Waits until one more message may arrive.</summary>
    public Task EnterAsync(CancellationToken cancellationToken) => _arriving.WaitAsync(cancellationToken);

    /// <summary>It has arrived, or will not.</summary>
    public void Leave() => _arriving.Release();

    /// <summary>A message is here; waits while many are. When it has been processed, it leaves the exchange's <see cref="BitswapExchange.Arriving"/>.</summary>
    public ValueTask ReceiveAsync(BitswapMessage message, int length, CancellationToken cancellationToken) => _incoming.Writer.WriteAsync((message, length), cancellationToken);

    /// <summary>The peer is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _incoming.Writer.TryComplete();
        await _sending;
        await _processing;
        while (_incoming.Reader.TryRead(out var unread)) _exchange.Arriving.Leave(Peer, unread.Length);
    }

    private async Task ProcessAllAsync()
    {
        var batch = new List<(BitswapMessage Message, int Length)>(MaxWaiting);
        try
        {
            while (await _incoming.Reader.WaitToReadAsync(_stopping.Token))
            {
                batch.Clear();
                while (batch.Count < MaxWaiting && _incoming.Reader.TryRead(out var next)) batch.Add(next);
                try
                {
                    await _exchange.ProcessAsync(this, batch, _stopping.Token);
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    _exchange.Logger.ProcessingFailed(Peer, error);
                }
                finally
                {
                    foreach (var (_, length) in batch) _exchange.Arriving.Leave(Peer, length);
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Disposed.
        }
    }
}
