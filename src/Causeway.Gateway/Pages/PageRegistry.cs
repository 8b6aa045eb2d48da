using System.Net.WebSockets;

namespace Causeway.Gateway.Pages;

/// <summary>The pages connected now: their number is bounded, and the last one's leaving is an event.</summary>
internal sealed class PageRegistry(int capacity)
{
    private readonly Lock _lock = new();
    private readonly HashSet<PageSocket> _pages = [];
    private TaskCompletionSource _empty = Completed();
    private bool _stopping;

    /// <summary>Raised with the number of pages when it has changed; serially, in order.</summary>
    public event Action<int>? Changed;

    /// <summary>Pages now.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _pages.Count;
        }
    }

    /// <summary>Whether another page would be taken.</summary>
    public bool HasRoom
    {
        get
        {
            lock (_lock) return !_stopping && _pages.Count < capacity;
        }
    }

    /// <summary>A page has come; false when there is no room or the gateway is stopping.</summary>
    public bool TryAdd(PageSocket page)
    {
        lock (_lock)
        {
            if (_stopping || _pages.Count >= capacity) return false;
            _pages.Add(page);
            if (_pages.Count == 1) _empty = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Changed?.Invoke(_pages.Count);
            return true;
        }
    }

    /// <summary>A page is gone and has released everything.</summary>
    public void Remove(PageSocket page)
    {
        lock (_lock)
        {
            if (!_pages.Remove(page)) return;
            if (_pages.Count == 0) _empty.TrySetResult();
            Changed?.Invoke(_pages.Count);
        }
    }

    /// <summary>Says goodbye to every page and waits for them to be gone; those that are not after <paramref name="patience"/> are cut off.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        PageSocket[] pages;
        lock (_lock)
        {
            _stopping = true;
            pages = [.. _pages];
        }

        foreach (var page in pages) page.Close(WebSocketCloseStatus.EndpointUnavailable, "the gateway is stopping");
        try
        {
            await _empty.Task.WaitAsync(patience);
        }
        catch (TimeoutException)
        {
            foreach (var page in pages) page.Abort();
            await _empty.Task.WaitAsync(patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static TaskCompletionSource Completed()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }
}
