namespace Causeway.Libp2p.PubSub.Service;

/// <summary>
/// Runs what is posted one after the other, in order, on the thread pool. No thread and no task while there is nothing to do. A failing item is
/// reported and does not keep the next ones from running. Items run under <c>guard</c>, so that others may look at what they change.
/// </summary>
internal sealed class SerialQueue<TOwner>(TOwner owner, Lock guard, Action<TOwner>? afterBatch, Action<Exception> failed) : IThreadPoolWorkItem
    where TOwner : class
{
    // Others on the pool get their turn after this many items.
    private const int Quantum = 2048;

    private readonly Lock _lock = new();
    private List<Item> _posted = [];
    private List<Item> _running = [];
    private bool _scheduled;

    /// <summary>Posts a call; <paramref name="run"/> should be static, so that posting allocates nothing.</summary>
    public void Post(Action<TOwner, object?, object?> run, object? first = null, object? second = null)
    {
        lock (_lock)
        {
            _posted.Add(new Item(run, first, second));
            if (_scheduled) return;
            _scheduled = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute()
    {
        for (var done = 0; ; done += _running.Count)
        {
            lock (_lock)
            {
                _running.Clear();
                if (_posted.Count == 0)
                {
                    _scheduled = false;
                    return;
                }

                (_posted, _running) = (_running, _posted);
            }

            lock (guard) RunBatch();
            if (done < Quantum) continue;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            return;
        }
    }

    private void RunBatch()
    {
        foreach (var item in _running)
        {
            try
            {
                item.Run(owner, item.First, item.Second);
            }
            catch (Exception error)
            {
                failed(error);
            }
        }

        afterBatch?.Invoke(owner);
    }

    private readonly record struct Item(Action<TOwner, object?, object?> Run, object? First, object? Second);
}
