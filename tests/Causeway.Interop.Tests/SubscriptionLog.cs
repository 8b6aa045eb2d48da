using System.Text;
using Causeway.Libp2p.PubSub;

namespace Causeway.Interop.Tests;

/// <summary>Everything that one subscription of ours has delivered, and a way to await what is still to come.</summary>
internal sealed class SubscriptionLog : IAsyncDisposable
{
    private readonly ISubscription _subscription;
    private readonly Task _reading;
    private readonly List<PubSubMessage> _messages = [];
    private readonly List<(string Text, TaskCompletionSource<PubSubMessage> Found)> _waiters = [];

    public SubscriptionLog(ISubscription subscription)
    {
        _subscription = subscription;
        _reading = ReadAsync();
    }

    public Task<PubSubMessage> WaitForAsync(string text)
    {
        lock (_messages)
        {
            if (_messages.Find(m => Text(m) == text) is { } found) return Task.FromResult(found);
            var waiter = new TaskCompletionSource<PubSubMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((text, waiter));
            return waiter.Task.WaitAsync(JsPeer.Patience);
        }
    }

    public int Count(string text)
    {
        lock (_messages) return _messages.Count(m => Text(m) == text);
    }

    public async ValueTask DisposeAsync()
    {
        await _subscription.DisposeAsync();
        await _reading;
    }

    private static string Text(PubSubMessage message) => Encoding.UTF8.GetString(message.Data.Span);

    private async Task ReadAsync()
    {
        await foreach (var message in _subscription.ReadAllAsync())
        {
            lock (_messages)
            {
                _messages.Add(message);
                foreach (var waiter in _waiters.Where(w => w.Text == Text(message)).ToArray()) waiter.Found.TrySetResult(message);
            }
        }
    }
}
