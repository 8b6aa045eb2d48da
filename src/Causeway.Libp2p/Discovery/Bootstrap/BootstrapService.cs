using System.Threading.Channels;
using Causeway.Libp2p.Connections.Dialing;
using Causeway.Libp2p.Hosts;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Libp2p.Discovery.Bootstrap;

/// <summary>
/// Dials known peers when the host starts, and again whenever it has too few connections. From them on, others are found.
/// <code>
/// builder.Use(host => new BootstrapService(host, new BootstrapOptions { Peers = [Multiaddress.Parse("/dns4/…/tcp/9092/p2p/…")] }));
/// </code>
/// </summary>
public sealed class BootstrapService : IHostComponent
{
    // Others of a host's tags are 1 to 100: a way into the network is kept before a chance acquaintance, and goes before what is in use.
    private const int TagValue = 10;
    private const string TagName = "bootstrap";

    private readonly IHost _host;
    private readonly BootstrapOptions _options;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly ILookup<PeerId, Multiaddress> _peers;
    private readonly DialBackoff<BootstrapService> _backoff;
    private readonly Channel<bool> _closed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private bool _isUnreachable;
    private int _isDisposed;

    /// <summary>Prepares for <paramref name="host"/>.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public BootstrapService(IHost host, BootstrapOptions options, ILogger<BootstrapService>? logger = null, TimeProvider? time = null)
        : this(host, options, logger ?? (ILogger)NullLogger.Instance, time ?? TimeProvider.System, Random.Shared.NextDouble)
    {
    }

    internal BootstrapService(IHost host, BootstrapOptions options, ILogger log, TimeProvider time, Func<double> random)
    {
        options.Validate();
        _host = host;
        _options = options;
        _log = log;
        _time = time;
        _peers = options.Peers.Where(address => address.PeerId != host.Id).ToLookup(static address => address.PeerId!);
        _backoff = new DialBackoff<BootstrapService>(options.RetryDelay, options.MaxRetryDelay, time, random);
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (_peers.Count == 0) return Task.CompletedTask;
        foreach (var peer in _peers) _host.Connections.Tag(peer.Key, TagName, TagValue);
        _host.Changed += Note;
        _running = Task.Run(RunAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        _host.Changed -= Note;
        await _stop.CancelAsync();
        await _running;
        foreach (var peer in _peers) _host.Connections.Tag(peer.Key, TagName, 0);
        _stop.Dispose();
    }

    private bool HasEnough => _host.Connections.All.DistinctBy(static connection => connection.RemotePeer).Take(_options.MinConnections).Count() == _options.MinConnections;

    private void Note(HostEvent change)
    {
        if (change is HostEvent.ConnectionClosed) _closed.Writer.TryWrite(true);
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                // Before looking: a connection that closes from here on is noticed.
                while (_closed.Reader.TryRead(out _))
                {
                }

                await DialAsync();
                if (HasEnough || _peers.All(peer => _host.Connections.IsConnected(peer.Key)))
                {
                    _backoff.Clear(this);
                    await _closed.Reader.WaitToReadAsync(_stop.Token);
                }

                _backoff.Failed(this);
                await Task.Delay(_backoff.RemainingOf(this), _time, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped.
        }
        catch (Exception error)
        {
            _log.BootstrapEnded(error);
        }
    }

    // As many at once as are missing; the others in their places when they fail.
    private async Task DialAsync()
    {
        var missing = _peers.Where(peer => !_host.Connections.IsConnected(peer.Key)).ToArray();
        if (missing.Length == 0 || HasEnough) return;
        Random.Shared.Shuffle(missing);
        string? reason = null;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _options.MinConnections, CancellationToken = _stop.Token };
        await Parallel.ForEachAsync(missing, parallel, async (peer, stop) =>
        {
            if (!HasEnough && await DialAsync(peer, stop) is { } failure) reason = failure;
        });
        Tell(reason);
    }

    private async Task<string?> DialAsync(IGrouping<PeerId, Multiaddress> peer, CancellationToken cancellationToken)
    {
        string? reason = null;
        foreach (var address in peer)
        {
            try
            {
                await _host.ConnectAsync(address, cancellationToken);
                _log.BootstrapPeerConnected(peer.Key);
                return null;
            }
            catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                reason = error.Message;
                _log.BootstrapPeerFailed(address, reason);
            }
        }

        return reason;
    }

    private void Tell(string? reason)
    {
        var isReached = _peers.Any(peer => _host.Connections.IsConnected(peer.Key));
        if (isReached && _isUnreachable) _log.ReachableAgain();
        if (!isReached && !_isUnreachable) _log.NoneReachable(_peers.Count, reason ?? "they closed the connection");
        _isUnreachable = !isReached;
    }
}
