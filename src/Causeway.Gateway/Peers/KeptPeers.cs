using System.Diagnostics.CodeAnalysis;
using Causeway.Gateway.Protocol;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Hosts;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Peers;

/// <summary>The peers that a page wants to stay connected to (<c>addpeers</c>): protected from pruning, dialed at once and again when they are lost.</summary>
internal sealed class KeptPeers : IDisposable
{
    /// <summary>The first pause after a failed dial; doubled up to <see cref="LongestPause"/>.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause between dials.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    private const string Reason = "kept by the page";

    // The weight that the reference gives (go-libp2p's connection manager spares higher ones).
    private const int TagValue = 100;

    private readonly Lock _lock = new();
    private readonly Dictionary<PeerId, KeptPeer> _kept = [];
    private readonly IHost _host;
    private readonly Action<PeerId> _locate;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly int _capacity;

    public KeptPeers(IHost host, Action<PeerId> locate, int capacity, TimeProvider time, ILogger logger)
    {
        _host = host;
        _locate = locate;
        _capacity = capacity;
        _time = time;
        _logger = logger;
        host.Changed += OnChanged;
        host.Discovered += OnDiscovered;
    }

    /// <summary>Keeps peers connected from now on: all of them, or none. Those that are kept already stay so.</summary>
    /// <exception cref="GatewayException">There would be too many.</exception>
    public void Add(IEnumerable<PeerId> peers)
    {
        lock (_lock)
        {
            var added = peers.Where(p => !p.Equals(_host.Id) && !_kept.ContainsKey(p)).ToHashSet();
            if (_kept.Count + added.Count > _capacity) throw GatewayException.Full($"a page keeps at most {_capacity} peers");
            foreach (var peer in added)
            {
                _host.Connections.Protect(peer, Reason);
                _host.Connections.Tag(peer, Reason, TagValue);
                var kept = new KeptPeer();
                _kept[peer] = kept;
                _ = KeepAsync(peer, kept);
            }
        }
    }

    /// <summary>Forgets peers; connections to them stay until someone needs the room.</summary>
    public void Remove(IEnumerable<PeerId> peers)
    {
        lock (_lock)
        {
            foreach (var peer in peers)
            {
                if (!_kept.Remove(peer, out var kept)) continue;
                kept.Stop();
                _host.Connections.Unprotect(peer, Reason);
                _host.Connections.Tag(peer, Reason, 0);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _host.Changed -= OnChanged;
        _host.Discovered -= OnDiscovered;
        lock (_lock)
        {
            foreach (var kept in _kept.Values) kept.Stop();
            _kept.Clear();
        }
    }

    private async Task KeepAsync(PeerId peer, KeptPeer kept)
    {
        var pause = FirstPause;
        while (!kept.Stopped.IsCancellationRequested)
        {
            var news = kept.NextNews;
            try
            {
                if (!_host.Connections.IsConnected(peer))
                {
                    _locate(peer);
                    await _host.ConnectAsync(peer, kept.Stopped);
                }

                pause = FirstPause;
                await news.WaitAsync(kept.Stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
            {
                if (kept.Stopped.IsCancellationRequested) return;
                GatewayLog.KeptPeerNotReached(_logger, peer, pause, e.Message);

                // News (it was discovered, or it dialed us) end the pause early.
                await Task.WhenAny(news, Task.Delay(pause, _time, kept.Stopped));
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private void OnChanged(HostEvent change)
    {
        switch (change)
        {
            case HostEvent.ConnectionClosed { Last: true } closed: Tell(closed.Connection); break;
            case HostEvent.ConnectionOpened opened: Tell(opened.Connection); break;
        }
    }

    private void Tell(IConnection connection) => OnDiscovered(connection.RemotePeer);

    private void OnDiscovered(PeerId peer)
    {
        lock (_lock)
        {
            if (_kept.TryGetValue(peer, out var kept)) kept.Tell();
        }
    }

    /// <summary>One kept peer: whether it is kept still, and when something changed about it.</summary>
    [SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "The source has no timer and is cancelled in the end, so it holds nothing that must be released.")]
    private sealed class KeptPeer
    {
        private readonly CancellationTokenSource _stopped = new();
        private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationToken Stopped => _stopped.Token;

        public Task NextNews => Volatile.Read(ref _news).Task;

        public void Tell() => Interlocked.Exchange(ref _news, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

        public void Stop() => _stopped.Cancel();
    }
}
