using Causeway.Ipfs.Bitswap.Client;
using Causeway.Ipfs.Bitswap.Peers;
using Causeway.Ipfs.Bitswap.Wire;
using Causeway.Ipfs.Blocks;
using Causeway.Libp2p;
using Causeway.Libp2p.Streams;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Bitswap;

/// <content>What comes from others.</content>
public sealed partial class BitswapExchange
{
    /// <summary>Processes messages of one peer in order. Blocks that somebody waits for are verified, kept together, and handed out.</summary>
    internal async ValueTask ProcessAsync(PeerLink link, IReadOnlyList<(BitswapMessage Message, int Length)> batch, CancellationToken cancellationToken)
    {
        var blocks = new Dictionary<Multihash, Block>();
        foreach (var (message, length) in batch)
        {
            OnWants(link, message);
            if (message.Presences.Count > 0) InClient(now => _client.OnPresences(link.Peer, message.Presences, now));
            if (message.Blocks.Count > 0 && Verify(link.Peer, message, length, blocks) is { } wrong) OnWrong(link.Peer, wrong);
        }

        if (blocks.Count == 0) return;
        link.MarkBusy();
        await KeepAsync(link.Peer, blocks, cancellationToken);
    }

    private async Task ReceiveAllAsync(Libp2pStream stream, CancellationToken cancellationToken)
    {
        var peer = stream.Connection.RemotePeer;
        if (IsBanned(peer)) throw new Libp2pException(Libp2pError.ProtocolViolation, $"{peer} is banned from Bitswap.");
        OnConnected(peer);
        var link = LinkTo(peer);
        ArrivalPatience? patience = null;
        var reader = new MessageReader(stream, Arrived);
        while (await reader.WaitAsync(cancellationToken))
        {
            await link.EnterAsync(cancellationToken);
            try
            {
                await ReceiveOneAsync();
            }
            catch (Libp2pException error) when (error.Error == Libp2pError.ProtocolViolation)
            {
                OnWrong(peer, error.Message);
                throw;
            }
            finally
            {
                link.Leave();
            }
        }

        async ValueTask ReceiveOneAsync()
        {
            int length;
            using (var beginning = new ArrivalPatience(Time, Options.ReceiveTimeout, cancellationToken)) length = await reader.ReadLengthAsync(beginning.Token);

            // While we have no room nothing is read, and the peer is not late.
            await Arriving.EnterAsync(peer, length, cancellationToken);
            try
            {
                using var arriving = patience = new ArrivalPatience(Time, Options.ReceiveTimeout, cancellationToken);
                await link.ReceiveAsync(await reader.ReadAsync(length, arriving.Token), length, cancellationToken);
            }
            catch
            {
                Arriving.Leave(peer, length);
                throw;
            }
        }

        void Arrived(int count)
        {
            patience!.Arrived(count);
            lock (_clientLock) _client.OnProgress(peer, Now);
        }
    }

    // Blocks that are wanted go to the dictionary; the rest is counted. Returns what is wrong with the message.
    private string? Verify(PeerId peer, BitswapMessage message, int length, Dictionary<Multihash, Block> blocks)
    {
        string? wrong = null;
        foreach (var (prefix, data) in message.Blocks)
        {
            BitswapMetrics.Received.Record(data.Length);
            var hash = data.Length <= Block.MaxLength ? prefix.HashOf(data.Span) : null;
            if (hash is null)
            {
                wrong ??= "a block that is too long, or has a hash that proves nothing";
                continue;
            }

            lock (_clientLock)
            {
                var isWanted = _client.IsWanted(hash, out var cid);
                if (isWanted && !blocks.ContainsKey(hash))
                {
                    // A small block does not keep the whole message in memory.
                    blocks[hash] = new Block(cid!, data.Length >= length / 2 ? data : data.ToArray());
                    continue;
                }

                if (!isWanted && !_client.WasAsked(peer, hash)) wrong ??= "a block with a hash that was never asked for";
                else BitswapMetrics.Duplicates.Record(data.Length);
            }
        }

        return wrong;
    }

    private async ValueTask KeepAsync(PeerId peer, Dictionary<Multihash, Block> blocks, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            await _store.PutAsync([.. blocks.Values], cancellationToken);
            Interlocked.Increment(ref _puts);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Logger.StoreFailed(error.Message);
            failure = error;
        }

        var done = new List<(SessionWant Want, ReadOnlyMemory<byte> Data)>(blocks.Count);
        InClient(now =>
        {
            foreach (var (hash, block) in blocks)
                foreach (var want in _client.OnBlock(peer, hash, block.Data.Length, now)) done.Add((want, block.Data));
            _client.AssignHungry(now);
        });
        foreach (var (want, data) in done)
        {
            if (failure is null) want.Complete(data);
            else want.Fail(failure);
        }

        lock (_serverLock)
        {
            var ledger = _server.Ledger(peer);
            ledger.BlocksReceived += blocks.Count;
            ledger.BytesReceived += blocks.Values.Sum(static block => (long)block.Data.Length);
        }

        if (failure is null) Serve(blocks.Keys);
    }

    private void OnWrong(PeerId peer, string reason)
    {
        BitswapMetrics.Wrong.Add(1);
        Logger.WrongMessage(peer, reason);
        var isBanned = false;
        InClient(now =>
        {
            isBanned = _offences.Add(peer, now);
            _client.OnWrongBlock(peer, now);
            if (isBanned) _client.OnDisconnected(peer, now);
        });
        if (!isBanned) return;
        Logger.Banned(peer, Options.BanTime);
        _ = DisconnectAsync(peer);
    }

    private async Task DisconnectAsync(PeerId peer)
    {
        try
        {
            await _host.Connections.DisconnectAsync(peer, _stopping.Token);
        }
        catch (Exception error)
        {
            Logger.SendFailed(peer, error.Message);
        }
    }
}
