using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Security;
using Causeway.Libp2p.Streams;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Libp2p.HolePunching;

/// <summary>
/// Turns relayed connections into direct ones (libp2p specs, <c>relay/DCUtR.md</c>). The side that a relayed connection comes to acts: it dials
/// the other's public addresses, and where that fails agrees with it on a moment at which both dial, so that each one's SYN opens its own NAT for the
/// other's. Streams do not move; new ones use the direct connection.
/// </summary>
public sealed partial class HolePuncher : IHostComponent
{
    /// <summary>The protocol ID.</summary>
    public const string ProtocolId = "/libp2p/dcutr";

    private static readonly TimeSpan LongestRetry = TimeSpan.FromHours(1);
    private static readonly string[] Protocols = [ProtocolId];

    private readonly IHost _host;
    private readonly HolePunchOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _places;
    private readonly Lock _lock = new();
    private readonly Dictionary<PeerId, Task> _running = [];
    private TaskCompletionSource _addressesChanged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IDisposable? _served;

    /// <summary>Creates it for a host; see <see cref="HolePunchHostBuilderExtensions.UseHolePunching"/>.</summary>
    /// <param name="host">The host whose connections are worked on.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="loggers">Where to log; null for nowhere.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public HolePuncher(IHost host, HolePunchOptions? options = null, TimeProvider? time = null, ILoggerFactory? loggers = null)
    {
        _host = host;
        _options = options ?? new HolePunchOptions();
        _options.Validate();
        _time = time ?? TimeProvider.System;
        _log = (loggers ?? NullLoggerFactory.Instance).CreateLogger("Causeway.Libp2p.HolePunching");
        _places = new SemaphoreSlim(_options.MaxConcurrent);
    }

    /// <summary>Raised, from a background task, when a round of attempts with a peer has ended, at the side that began it.</summary>
    public event Action<HolePunchResult>? Ended;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        _served = _host.Handle(ProtocolId, AnswerAsync, new ProtocolOptions { MaxInboundStreamsPerPeer = 2, AllowLimited = true });
        _host.Changed += OnHostChanged;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_served is null || _stop.IsCancellationRequested) return;
        _served.Dispose();
        _host.Changed -= OnHostChanged;
        await _stop.CancelAsync();
        Task[] running;
        lock (_lock) running = [.. _running.Values];
        await Task.WhenAll(running);
    }

    private void OnHostChanged(HostEvent change)
    {
        switch (change)
        {
            // Identify has told the addresses by then.
            case HostEvent.PeerIdentified { Connection: { IsRelayed: true, Role: ConnectionRole.Responder } relayed }:
                Begin(relayed);
                break;

            // Each end notices by itself that a direct connection has died; meanwhile the other may have come back through a relay.
            case HostEvent.ConnectionClosed { Connection: { IsRelayed: false } closed, Last: false } when Relayed(closed.RemotePeer) is { } relayed:
                Begin(relayed);
                break;
            case HostEvent.AddressesChanged:
                lock (_lock)
                {
                    _addressesChanged.TrySetResult();
                    _addressesChanged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                break;
        }
    }

    private void Begin(IConnection relayed)
    {
        lock (_lock)
        {
            if (_stop.IsCancellationRequested || _running.ContainsKey(relayed.RemotePeer)) return;
            _running.Add(relayed.RemotePeer, Task.Run(() => RunAsync(relayed.RemotePeer)));
        }
    }

    private async Task RunAsync(PeerId peer)
    {
        IConnection? abandoned = null;
        try
        {
            var pause = _options.RetryInterval;
            while (Relayed(peer) is { } relayed && !IsDirect(peer))
            {
                var tried = HolePunchAddresses.Own(_host, _options.AllowPrivateAddresses);
                if (await UpgradeAsync(relayed)) break;
                if (pause == TimeSpan.Zero)
                {
                    abandoned = relayed;
                    break;
                }

                await WaitAsync(relayed, tried, pause);
                pause = pause * 2 < LongestRetry ? pause * 2 : LongestRetry;
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The host closes.
        }
        catch (Exception error)
        {
            _log.Broken(peer, error);
            abandoned = Relayed(peer);
        }
        finally
        {
            lock (_lock) _running.Remove(peer);
        }

        // A relayed connection that came, or a direct one that went, while this was ending found it still running.
        if (!IsDirect(peer) && Relayed(peer) is { } next && next != abandoned) Begin(next);
    }

    // Until the time is over, the connection is, or there is a new address to try with.
    private async Task WaitAsync(IConnection relayed, List<Multiaddress> tried, TimeSpan pause)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var timer = Task.Delay(pause, _time, either.Token);
        while (true)
        {
            Task changed;
            lock (_lock) changed = _addressesChanged.Task;
            if (!HolePunchAddresses.Own(_host, _options.AllowPrivateAddresses).TrueForAll(tried.Contains)) break;
            if (await Task.WhenAny(timer, changed, relayed.Closed) != changed) break;
        }

        await either.CancelAsync();
        _stop.Token.ThrowIfCancellationRequested();
    }

    private async Task<bool> UpgradeAsync(IConnection relayed)
    {
        var peer = relayed.RemotePeer;
        await _places.WaitAsync(_stop.Token);
        var started = _time.GetTimestamp();
        var attempts = 0;
        var succeeded = false;
        try
        {
            succeeded = await DialDirectlyAsync(peer);
            for (; !succeeded && attempts < _options.Attempts && !relayed.Closed.IsCompleted; succeeded = await PunchAsync(relayed, attempts)) attempts++;
        }
        catch (Exception error) when (!_stop.IsCancellationRequested)
        {
            // It does not speak the protocol, knows no address, or has gone: the next attempt would go no better.
            _log.Failed(peer, error.Message);
        }
        finally
        {
            _places.Release();
        }

        succeeded |= IsDirect(peer);
        if (attempts > 0) HolePunchMetrics.Ended("initiator", attempts, succeeded);
        if (succeeded)
        {
            _log.Direct(peer, attempts);
            await CloseIdleAsync(relayed);
        }

        Ended?.Invoke(new HolePunchResult(peer, succeeded, attempts, _time.GetElapsedTime(started)));
        return succeeded;
    }

    private async Task<bool> DialDirectlyAsync(PeerId peer)
    {
        if (IsDirect(peer)) return true;
        if (!_host.Peers.AddressesOf(peer).Any(address => !address.IsRelayed && (address.IsPublic || _options.AllowPrivateAddresses))) return false;
        using var limit = new CancellationTokenSource(_options.DirectDialTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
        try
        {
            await _host.ConnectAsync(peer, new ConnectOptions { RequireDirect = true, UseRouting = false }, either.Token);
            HolePunchMetrics.DirectDialed(succeeded: true);
            return true;
        }
        catch (Exception error) when (error is Libp2pException || (error is OperationCanceledException && !_stop.IsCancellationRequested))
        {
            HolePunchMetrics.DirectDialed(succeeded: false);
            return false;
        }
    }

    private async Task<bool> PunchAsync(IConnection relayed, int attempt)
    {
        var exchange = await AgreeAsync(relayed);
        _log.Punching(relayed.RemotePeer, attempt, exchange.Addresses.Count, exchange.RoundTrip);

        // The other side's SYN leaves when SYNC arrives there; ours is to leave then too.
        await Task.Delay(exchange.RoundTrip / 2, _time, _stop.Token);
        return await DialAsync(relayed.RemotePeer, exchange.Addresses, ConnectionRole.Responder);
    }

    private async Task<HolePunchExchange> AgreeAsync(IConnection relayed)
    {
        var own = HolePunchAddresses.Own(_host, _options.AllowPrivateAddresses);
        if (own.Count == 0) throw new Libp2pException(Libp2pError.NoAddress, "no address of ours can be punched to");
        using var limit = new CancellationTokenSource(_options.MessageTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
        await using var stream = await relayed.OpenStreamAsync(Protocols, either.Token);
        try
        {
            return await HolePunchExchange.AskAsync(stream, own, _options.AllowPrivateAddresses, _time, either.Token);
        }
        catch
        {
            stream.Abort();
            throw;
        }
    }

    private async Task AnswerAsync(Libp2pStream stream, CancellationToken cancellationToken)
    {
        // Only whom we have reached through a relay starts this, and only over that connection.
        var (connection, peer) = (stream.Connection, stream.Connection.RemotePeer);
        var own = HolePunchAddresses.Own(_host, _options.AllowPrivateAddresses);
        if (!connection.IsRelayed || connection.Role != ConnectionRole.Initiator || own.Count == 0 || !await _places.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            stream.Abort();
            return;
        }

        try
        {
            using var limit = new CancellationTokenSource(_options.MessageTimeout, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token, cancellationToken);
            var exchange = await HolePunchExchange.AnswerAsync(stream, own, _options.AllowPrivateAddresses, _time, either.Token);
            stream.CompleteWrites();
            var succeeded = await DialAsync(peer, exchange.Addresses, ConnectionRole.Initiator);
            HolePunchMetrics.Ended("receiver", 1, succeeded);
        }
        finally
        {
            _places.Release();
        }
    }

    private bool IsDirect(PeerId peer) => _host.Connections.To(peer).Any(static connection => !connection.IsRelayed);

    private IConnection? Relayed(PeerId peer) =>
        _host.Connections.To(peer).FirstOrDefault(static connection => connection is { IsRelayed: true, Role: ConnectionRole.Responder, Closed.IsCompleted: false });

    // One in use is closed by the host, when its streams have ended.
    private static async Task CloseIdleAsync(IConnection relayed)
    {
        if (relayed.StreamCount > 0) return;
        try
        {
            await relayed.CloseAsync();
        }
        catch (Libp2pException)
        {
            // It has gone by itself.
        }
    }
}
