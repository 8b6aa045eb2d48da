using Causeway.Cli.Output;
using Causeway.Tunnel.Daemon.Control;
using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Cli.Tunnel.Daemon;

/// <summary>Follows a tunnel that starts until it is up, or until it has been waited for long enough.</summary>
/// <param name="tunnel">The tunnel.</param>
/// <param name="settings">How long to wait, and whether to join.</param>
/// <param name="reports">Where to tell of it.</param>
/// <param name="time">The clock.</param>
/// <param name="onMember">Called once this machine is on the roster, before anybody is told; more than once does no harm.</param>
internal sealed class StartWatch(RunningTunnel tunnel, DaemonSettings settings, IStartReports reports, TimeProvider time, Action onMember)
{
    // Handshakes take milliseconds; who has not answered by then is told about by the status.
    private static readonly TimeSpan PeersPatience = TimeSpan.FromSeconds(1);

    // What lasts for longer than a connection takes is worth a line.
    private static readonly TimeSpan RemarkInterval = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly StartProgress _progress = new();

    /// <summary>Returns when there is nothing more to wait for.</summary>
    /// <returns>Whether the tunnel runs: false when somebody has stopped it meanwhile.</returns>
    /// <exception cref="TunnelException">This machine was not taken in, or not in time.</exception>
    public async Task<bool> FollowAsync(CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await using var timer = time.CreateTimer(_ => over.Cancel(), null, settings.Patience, Timeout.InfiniteTimeSpan);
        await using var remarks = time.CreateTimer(_ => Remark(), null, RemarkInterval, RemarkInterval);
        var watching = WatchAsync(timer, over.Token);
        await Task.WhenAny(watching, tunnel.Completion);
        if (tunnel.Completion.IsCompleted)
        {
            await over.CancelAsync();
            await tunnel.Completion;
            return false;
        }

        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.ThrowIfCancellationRequested();
        if (watching.IsFaulted) await watching;

        // What has changed in the last moment counts.
        Take(tunnel.Control.GetStatus());
        if (settings.Invitation is not null && !_progress.IsMember)
        {
            var why = _progress.Problem ?? (_progress.HasRelay ? "The machine that invited it does not answer; is its tunnel up?" : "No relay is reached.");
            throw new TunnelException($"This machine was not taken into '{settings.Folder.Name}' within {UnitText.Duration(settings.Patience)}. {why}");
        }

        if (!_progress.HasRelay) reports.Say(new StartReport(StartReportKind.Warning, $"no relay is reached yet{(_progress.Problem is { } problem ? $" ({problem.TrimEnd('.')})" : "")}; the tunnel keeps trying, see 'causeway tunnel status'"));
        var peers = tunnel.Control.GetPeers();
        if (_progress.HasRelay && peers.Count > 0) reports.Say(new StartReport(StartReportKind.Progress, $"{peers.Count(p => p.Online)} of {peers.Count} {(peers.Count == 1 ? "peer" : "peers")} online"));
        return true;
    }

    private async Task WatchAsync(ITimer timer, CancellationToken cancel)
    {
        var isLast = false;
        await foreach (var status in tunnel.Control.WatchAsync(cancel))
        {
            Take(status);
            if (_progress.IsComplete(status, tunnel.Control.GetPeers())) return;
            if (isLast || !_progress.HasRelay || !_progress.IsMember) continue;
            isLast = true;
            timer.Change(PeersPatience, Timeout.InfiniteTimeSpan);
        }
    }

    private void Remark()
    {
        lock (_lock)
        {
            Take(tunnel.Control.GetStatus());
            if (_progress.Remark() is { } report) reports.Say(report);
        }
    }

    private void Take(TunnelStatus status)
    {
        lock (_lock)
        {
            var news = _progress.On(status);
            if (_progress.IsMember) onMember();
            foreach (var report in news) reports.Say(report);
        }
    }
}
