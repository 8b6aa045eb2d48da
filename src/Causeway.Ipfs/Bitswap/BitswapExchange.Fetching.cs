using Causeway.Ipfs.Bitswap.Client;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Bitswap;

/// <content>What sessions need.</content>
public sealed partial class BitswapExchange
{
    /// <summary>How often blocks came into the store.</summary>
    internal int Puts => Volatile.Read(ref _puts);

    /// <summary>Fetches a block that was not in the store.</summary>
    /// <param name="session">For whom.</param>
    /// <param name="cid">Which.</param>
    /// <param name="puts"><see cref="Puts"/> before the store was asked.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async ValueTask<ReadOnlyMemory<byte>> FetchAsync(SessionCore session, Cid cid, int puts, CancellationToken cancellationToken)
    {
        if (!Blocks.Block.CanVerify(cid))
            throw new IpfsException(IpfsError.NotSupported, $"The block {cid} cannot be fetched: {cid.Hash.Code.Name()} with {cid.Hash.Digest.Length} bytes proves nothing here.");
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
        SessionWant? want = null;
        InClient(now => want = _client.Want(session, cid, now));
        try
        {
            // It may have come in between, when nobody knew yet that it is wanted.
            if (Puts != puts && await _store.TryGetAsync(cid, cancellationToken) is { } here) return here;
            return await want!.Completed.WaitAsync(cancellationToken);
        }
        finally
        {
            InClient(now => _client.Unwant(want!, now));
        }
    }

    internal BitswapProgress ProgressOf(SessionCore session)
    {
        lock (_clientLock)
        {
            var (blocks, bytes) = session.Received;
            return new BitswapProgress(blocks, bytes, blocks, bytes, session.Peers.Count);
        }
    }

    internal IReadOnlyList<PeerId> PeersOf(SessionCore session)
    {
        lock (_clientLock) return [.. session.Peers.Select(static peer => peer.Id)];
    }

    internal void Close(SessionCore session) => InClient(now => _client.CloseSession(session, now));

    /// <summary>Blocks were put into the store here: nobody need fetch them any more, and who waits for them gets them.</summary>
    internal void OnPut(IReadOnlyList<Blocks.Block> blocks)
    {
        Interlocked.Increment(ref _puts);
        var done = new List<(SessionWant Want, ReadOnlyMemory<byte> Data)>();
        InClient(now =>
        {
            if (_client.WantCount == 0) return;
            foreach (var block in blocks)
                foreach (var want in _client.OnBlock(null, block.Cid.Hash, block.Data.Length, now)) done.Add((want, block.Data));
        });
        foreach (var (want, data) in done) want.Complete(data);
        Serve(blocks.Select(static block => block.Cid.Hash));
    }
}
