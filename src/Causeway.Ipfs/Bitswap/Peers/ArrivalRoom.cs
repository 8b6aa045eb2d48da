using Causeway.Ipfs.Bitswap.Wire;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Bitswap.Peers;

/// <summary>
/// Bounds what all peers' messages take while they arrive and are processed. A peer of which none is here gets in at once, however full it is, so that nobody can
/// keep another out; further ones of it wait, in the order in which they came, for room in the whole and in the peer's share. Thread-safe.
/// </summary>
/// <param name="limit">Bytes for all peers, beyond one message of each. One peer's share is a quarter, and at least one message.</param>
internal sealed class ArrivalRoom(long limit)
{
    private readonly long _share = Math.Max(limit / 4, BitswapLimits.MaxMessageLength);
    private readonly Lock _lock = new();
    private readonly Dictionary<PeerId, (int Messages, long Bytes)> _peers = [];
    private readonly LinkedList<Waiter> _waiting = [];
    private long _held;

    /// <summary>Bytes that have been let in.</summary>
    public long Held => Interlocked.Read(ref _held);

    /// <summary>Messages that wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock) return _waiting.Count;
        }
    }

    /// <summary>Waits until a message may arrive.</summary>
    public async ValueTask EnterAsync(PeerId peer, int length, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (_lock)
        {
            waiter = new Waiter(peer, length);
            _waiting.AddLast(waiter);
            LetIn();
        }

        await using (cancellationToken.UnsafeRegister(static (state, token) => ((Waiter)state!).Entered.TrySetCanceled(token), waiter))
        {
            try
            {
                await waiter.Entered.Task;
            }
            catch (OperationCanceledException)
            {
                lock (_lock)
                {
                    _waiting.Remove(waiter);
                    LetIn();
                }

                throw;
            }
        }
    }

    /// <summary>A message that was let in has been processed, or did not arrive.</summary>
    public void Leave(PeerId peer, int length)
    {
        lock (_lock)
        {
            var (messages, bytes) = _peers[peer];
            if (messages == 1) _peers.Remove(peer);
            else _peers[peer] = (messages - 1, bytes - length);
            _held -= length;
            LetIn();
        }
    }

    private void LetIn()
    {
        var isFull = false;
        for (var node = _waiting.First; node is not null;)
        {
            var (waiter, next) = (node.Value, node.Next);
            if (IsFirst(waiter.Peer) || (!isFull && Fits(waiter.Peer, waiter.Length)))
            {
                _waiting.Remove(node);
                if (waiter.Entered.TrySetResult()) Take(waiter.Peer, waiter.Length);
            }
            else if (HasShare(waiter.Peer, waiter.Length))
            {
                // A long message is not overtaken for ever by short ones.
                isFull = true;
            }

            node = next;
        }
    }

    private bool IsFirst(PeerId peer) => !_peers.ContainsKey(peer);

    private bool Fits(PeerId peer, int length) => _held + length <= limit && HasShare(peer, length);

    private bool HasShare(PeerId peer, int length) => _peers.GetValueOrDefault(peer).Bytes + length <= _share;

    private void Take(PeerId peer, int length)
    {
        var (messages, bytes) = _peers.GetValueOrDefault(peer);
        _peers[peer] = (messages + 1, bytes + length);
        _held += length;
    }

    private sealed class Waiter(PeerId peer, int length)
    {
        public PeerId Peer => peer;

        public int Length => length;

        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
