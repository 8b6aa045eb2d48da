using Causeway.Multiformats;

namespace Causeway.Libp2p.Connections.Dialing;

/// <summary>One dial per peer, however many callers want it. It is cancelled when the last of them has given up.</summary>
internal sealed class SharedDials<T>
{
    private readonly Lock _lock = new();
    private readonly Dictionary<PeerId, SharedDial> _dials = [];

    /// <summary>Dials under way.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _dials.Count;
        }
    }

    /// <summary>Joins the dial under way, or starts one.</summary>
    public async Task<T> JoinAsync(PeerId peer, Func<CancellationToken, Task<T>> dial, CancellationToken cancellationToken)
    {
        SharedDial shared;
        lock (_lock)
        {
            if (!_dials.TryGetValue(peer, out shared!))
            {
                shared = new SharedDial();
                _dials.Add(peer, shared);

                // Started on the pool: the dial must not run under this lock.
                var started = shared;
                shared.Task = Task.Run(() => RunAsync(peer, started, dial), CancellationToken.None);
            }

            shared.Waiters++;
        }

        try
        {
            return await shared.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            Leave(peer, shared);
        }
    }

    private async Task<T> RunAsync(PeerId peer, SharedDial shared, Func<CancellationToken, Task<T>> dial)
    {
        try
        {
            return await dial(shared.Cancellation.Token);
        }
        finally
        {
            Forget(peer, shared);
        }
    }

    private void Leave(PeerId peer, SharedDial shared)
    {
        var isLast = false;
        lock (_lock)
        {
            if (--shared.Waiters == 0)
            {
                isLast = true;
                if (_dials.TryGetValue(peer, out var current) && current == shared) _dials.Remove(peer);
            }
        }

        if (!isLast) return;
        shared.Cancellation.Cancel();
        _ = shared.Task.ContinueWith(static (done, source) =>
        {
            _ = done.Exception;
            ((CancellationTokenSource)source!).Dispose();
        }, shared.Cancellation, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private void Forget(PeerId peer, SharedDial shared)
    {
        lock (_lock)
        {
            if (_dials.TryGetValue(peer, out var current) && current == shared) _dials.Remove(peer);
        }
    }

    private sealed class SharedDial
    {
        public CancellationTokenSource Cancellation { get; } = new();

        public Task<T> Task { get; set; } = null!;

        public int Waiters { get; set; }
    }
}
