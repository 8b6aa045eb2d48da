using System.Diagnostics.CodeAnalysis;
using Causeway.Network.Netlink;

namespace Causeway.Libp2p.Hosts;

/// <summary>
/// Tells at once when the machine's addresses change. One subscription to the kernel for all hosts of the process, open as long as one of them listens.
/// Where the kernel tells nothing, hosts still look by themselves every few seconds.
/// </summary>
/// <param name="read">The kernel's events, from a subscription that ends with the enumeration.</param>
/// <param name="time">The clock.</param>
[SuppressMessage("Design", "CA1001", Justification = "A CancellationTokenSource without a timer holds nothing.")]
internal sealed class InterfaceWatch(Func<CancellationToken, IAsyncEnumerable<NetworkEvent>> read, TimeProvider time)
{
    // A new interface brings a burst of events, one per address and route.
    private static readonly TimeSpan Settles = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly List<Action> _subscribers = [];
    private CancellationTokenSource? _reading;
    private int _isDue;

    /// <summary>The process's.</summary>
    public static InterfaceWatch Shared { get; } = new(ReadKernelAsync, TimeProvider.System);

    /// <summary>Calls <paramref name="changed"/> after each change, until the result is disposed.</summary>
    public IDisposable Subscribe(Action changed)
    {
        lock (_lock)
        {
            _subscribers.Add(changed);
            if (_reading is null)
            {
                _reading = new CancellationTokenSource();
                var token = _reading.Token;
                _ = Task.Run(() => RunAsync(token), CancellationToken.None);
            }
        }

        return new Subscription(this, changed);
    }

    private static async IAsyncEnumerable<NetworkEvent> ReadKernelAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var monitor = new NetworkMonitor();
        await foreach (var change in monitor.ReadAllAsync(cancellationToken)) yield return change;
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in read(cancellationToken))
            {
                if (change is not NetworkEvent.RouteChanged && Interlocked.Exchange(ref _isDue, 1) == 0) _ = TellAsync(cancellationToken);
            }
        }
        catch (Exception error)
        {
            // Not Linux, or no permission, or stopped: hosts look by themselves.
            _ = error;
        }
    }

    private async Task TellAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Settles, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // Before anybody looks: what changes from here on is told once more.
        Volatile.Write(ref _isDue, 0);
        if (cancellationToken.IsCancellationRequested) return;
        InterfaceAddresses.Forget();
        Action[] subscribers;
        lock (_lock) subscribers = [.. _subscribers];
        foreach (var subscriber in subscribers) subscriber();
    }

    private void Unsubscribe(Action changed)
    {
        lock (_lock)
        {
            if (!_subscribers.Remove(changed) || _subscribers.Count > 0) return;
            _reading?.Cancel();
            _reading = null;
        }
    }

    private sealed class Subscription(InterfaceWatch watch, Action changed) : IDisposable
    {
        public void Dispose() => watch.Unsubscribe(changed);
    }
}
