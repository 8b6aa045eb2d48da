using Causeway.Network.Netlink;
using Microsoft.Extensions.Logging;

namespace Causeway.Tunnel.Daemon;

/// <summary>Says when addresses, routes or interfaces of this machine have changed; changes of a moment are told once.</summary>
internal sealed class NetworkWatch : IAsyncDisposable
{
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _stop = new();
    private readonly NetworkMonitor? _monitor;
    private readonly Task _running = Task.CompletedTask;
    private int _isPending;

    /// <summary>Begins to watch.</summary>
    /// <param name="onChanged">Called after changes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where to say that it is not possible here.</param>
    public NetworkWatch(Action onChanged, TimeProvider time, ILogger logger)
    {
        try
        {
            _monitor = new NetworkMonitor();
            _running = Task.Run(() => RunAsync(_monitor, onChanged, time, logger));
        }
        catch (Exception e) when (e is NetlinkException or PlatformNotSupportedException)
        {
            DaemonLog.NotWatching(logger, e.Message);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _monitor?.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(NetworkMonitor monitor, Action onChanged, TimeProvider time, ILogger logger)
    {
        try
        {
            await foreach (var change in monitor.ReadAllAsync(_stop.Token))
            {
                _ = change;
                if (Interlocked.Exchange(ref _isPending, 1) == 1) continue;
                _ = SettleAsync(onChanged, time);
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
        catch (IOException e)
        {
            DaemonLog.NotWatching(logger, e.Message);
        }
    }

    private async Task SettleAsync(Action onChanged, TimeProvider time)
    {
        try
        {
            await Task.Delay(Settling, time, _stop.Token);
            Volatile.Write(ref _isPending, 0);
            onChanged();
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }
}
