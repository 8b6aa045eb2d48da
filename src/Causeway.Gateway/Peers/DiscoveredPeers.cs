using Causeway.Libp2p.Hosts;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Peers;

/// <summary>Connects to peers that discovery finds on the network, a few at a time and up to a limit; pub/sub needs connections before it knows topics.</summary>
internal sealed class DiscoveredPeers : IDisposable
{
    /// <summary>With this many connections, discovered peers are only remembered. js-libp2p's default for automatic dials is of the same order.</summary>
    public const int EnoughConnections = 32;

    // Dials at once: some peers refuse more than a few connections per second from one host.
    private const int DialsAtOnce = 4;

    private static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(10);

    private readonly IHost _host;
    private readonly Func<PeerId, bool> _isLocal;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _dials = new(DialsAtOnce);
    private readonly CancellationTokenSource _closing = new();

    /// <summary>Listens to the host's discoveries.</summary>
    /// <param name="host">Our peer.</param>
    /// <param name="isLocal">Peers of this process are connected by the neighbourhood.</param>
    /// <param name="logger">Carries the page's alias.</param>
    public DiscoveredPeers(IHost host, Func<PeerId, bool> isLocal, ILogger logger)
    {
        _host = host;
        _isLocal = isLocal;
        _logger = logger;
        host.Discovered += OnDiscovered;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _host.Discovered -= OnDiscovered;
        _closing.Cancel();
    }

    private void OnDiscovered(PeerId peer)
    {
        if (peer.Equals(_host.Id) || _isLocal(peer) || _host.Connections.IsConnected(peer)) return;
        if (_host.Connections.All.Count < EnoughConnections) _ = ConnectAsync(peer);
    }

    private async Task ConnectAsync(PeerId peer)
    {
        try
        {
            await _dials.WaitAsync(_closing.Token);
            try
            {
                using var timeout = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
                timeout.CancelAfter(DialTimeout);
                if (!_host.Connections.IsConnected(peer)) await _host.ConnectAsync(peer, timeout.Token);
            }
            finally
            {
                _dials.Release();
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            GatewayLog.DiscoveredPeerNotReached(_logger, peer, e.Message);
        }
    }
}
