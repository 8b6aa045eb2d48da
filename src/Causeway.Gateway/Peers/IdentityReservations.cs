using Causeway.Multiformats;

namespace Causeway.Gateway.Peers;

/// <summary>The identities that are live in this gateway. Taking one is atomic: of two simultaneous creations one gets it.</summary>
internal sealed class IdentityReservations(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<PeerId, TaskCompletionSource> _held = [];

    /// <summary>
    /// Takes an identity, waiting up to <paramref name="grace"/> for its present holder to go. Null when it stays. Dispose the result to give it back.
    /// </summary>
    public async ValueTask<IDisposable?> TryTakeAsync(PeerId peer, TimeSpan grace, CancellationToken cancellationToken)
    {
        Task released;
        lock (_lock)
        {
            if (TryTake(peer) is { } taken) return taken;
            released = _held[peer].Task;
        }

        using var timeout = new CancellationTokenSource(grace, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        await released.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock) return TryTake(peer);
    }

    private Reservation? TryTake(PeerId peer)
        => _held.TryAdd(peer, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)) ? new Reservation(this, peer) : null;

    private void Release(PeerId peer)
    {
        TaskCompletionSource? released;
        lock (_lock) _held.Remove(peer, out released);
        released?.TrySetResult();
    }

    private sealed class Reservation(IdentityReservations owner, PeerId peer) : IDisposable
    {
        private int _released;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _released, 1) == 0) owner.Release(peer);
        }
    }
}
