using Causeway.Ipfs.Bitswap.Peers;
using Causeway.Ipfs.Bitswap.Server;
using Causeway.Ipfs.Bitswap.Wire;
using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Bitswap;

/// <content>What others get.</content>
public sealed partial class BitswapExchange
{
    // Lines of our wantlist in one message.
    private const int MaxWantsPerMessage = 1024;

    /// <summary>Puts the next message to a peer together. The store is read now, when the one before it has been taken.</summary>
    internal async ValueTask<OutgoingMessage> ComposeAsync(PeerLink link, List<TakenWant> taken, CancellationToken cancellationToken)
    {
        var message = new OutgoingMessage();
        lock (_clientLock) _client.TakeChanges(link.Peer, message, MaxWantsPerMessage);
        link.TakeRefused(message);
        lock (_serverLock)
        {
            if (_server.Find(link.Peer) is not { Queued: > 0 }) return message;
        }

        // Whoever comes gets in line; each peer is in it once.
        await _serving.WaitAsync(cancellationToken);
        try
        {
            while (message.Size < Options.TargetMessageLength)
            {
                TakenWant? next;
                lock (_serverLock) next = _server.Take(link.Peer);
                if (next is not { } want) break;
                await AnswerAsync(message, link.Peer, want, cancellationToken);
                taken.Add(want);
            }
        }
        finally
        {
            _serving.Release();
        }

        lock (_serverLock)
        {
            // An estimate: how long the blocks are that wait is known when they are read.
            if (_server.Find(link.Peer) is { Queued: > 0, BlocksSent: > 0 } ledger)
                message.PendingBytes = (int)Math.Min(int.MaxValue, ledger.Queued * (ledger.BytesSent / ledger.BlocksSent));
        }

        return message;
    }

    /// <summary>A message was written.</summary>
    internal void OnSent(PeerLink link, OutgoingMessage message)
    {
        if (message.BlockCount == 0) return;
        link.MarkBusy();
        foreach (var length in message.BlockLengths) BitswapMetrics.Sent.Record(length);
        lock (_serverLock)
        {
            var ledger = _server.Ledger(link.Peer);
            ledger.BytesSent += message.BlockBytes;
            ledger.BlocksSent += message.BlockCount;
        }
    }

    /// <summary>A message was not written: what it answered is answered again.</summary>
    internal void OnLost(IReadOnlyList<TakenWant> taken)
    {
        lock (_serverLock)
        {
            foreach (var want in taken) _server.OnLost(want);
        }
    }

    private async ValueTask AnswerAsync(OutgoingMessage message, PeerId peer, TakenWant want, CancellationToken cancellationToken)
    {
        if (Options.Filter?.Invoke(peer, want.Cid) == false || !await TryAnswerAsync(message, peer, want, cancellationToken))
        {
            lock (_serverLock)
            {
                if (!ServerCore.OnAbsent(want)) return;
            }

            message.Add(new BlockPresence(want.Cid, Has: false));
            return;
        }

        lock (_serverLock) _server.OnAnswered(want);
    }

    private async ValueTask<bool> TryAnswerAsync(OutgoingMessage message, PeerId peer, TakenWant want, CancellationToken cancellationToken)
    {
        try
        {
            if (!want.WantsBlock)
            {
                if (await _store.LengthOfAsync(want.Cid, cancellationToken) is not { } length) return false;
                if (length > Options.ReplaceHaveLength)
                {
                    message.Add(new BlockPresence(want.Cid, Has: true));
                    return true;
                }
            }

            if (await _store.TryGetAsync(want.Cid, cancellationToken) is not { Length: <= Block.MaxLength } data) return false;
            message.Add(new Block(want.Cid, data));
            return true;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Logger.ReadFailed(peer, error.Message);
            return false;
        }
    }

    private void OnWants(PeerLink link, BitswapMessage message)
    {
        if (message.Wants.Count == 0 && !message.IsFull) return;
        var refused = new List<(PeerId Peer, Cid Cid)>();
        if (Options.ServeBlocks)
        {
            lock (_serverLock) _server.OnWants(link.Peer, message.Wants, message.IsFull, refused);
        }
        else
        {
            refused.AddRange(message.Wants.Where(static want => want is { IsCancel: false, SendDontHave: true }).Select(want => (link.Peer, want.Cid)));
        }

        foreach (var others in refused.GroupBy(static want => want.Peer, static want => want.Cid))
        {
            if (!_links.TryGetValue(others.Key, out var to)) continue;
            to.Refuse(others);
            to.Kick();
        }

        link.Kick();
    }

    private void Serve(IEnumerable<Multihash> hashes)
    {
        IReadOnlyCollection<PeerId> peers;
        lock (_serverLock) peers = _server.OnBlocks(hashes);
        foreach (var peer in peers)
            if (_links.TryGetValue(peer, out var link)) link.Kick();
    }
}
