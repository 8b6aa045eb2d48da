using System.Net;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Relaying;

namespace Causeway.Tunnel.Daemon.Routing;

/// <summary>The relays that this machine is connected to: the first usable ones of the roster, or of the invitation before there is one. All at the same time.</summary>
internal sealed class RelaySet(Func<RelayUrl, RelayLink> create, RouteTable routes, LoopGuard guard) : IAsyncDisposable
{
    /// <summary>How many relays are connected to.</summary>
    public const int Maximum = 3;

    private readonly Lock _lock = new();
    private readonly List<Task> _closing = [];
    private volatile RelayLink[] _links = [];
    private bool _disposed;

    /// <summary>The relays, in the roster's order.</summary>
    public RelayLink[] Links => _links;

    /// <summary>The relays have changed: connections that are still wanted stay as they are.</summary>
    public void Update(IEnumerable<string> urls)
    {
        List<RelayLink> added = [];
        lock (_lock)
        {
            if (_disposed) return;
            var before = _links;
            List<RelayLink> after = [];
            foreach (var url in Usable(urls))
            {
                var link = Array.Find(before, l => l.Url == url);
                if (link is null) added.Add(link = create(url));
                after.Add(link);
            }

            _links = [.. after];
            _closing.RemoveAll(t => t.IsCompleted);
            _closing.AddRange(before.Except(after).Select(l => l.DisposeAsync().AsTask()));
        }

        foreach (var link in added) link.Start();
        PlacesChanged();
    }

    /// <summary>Sends a message of a handshake or a session to a peer, by the way that is best for it. False if there is no relay.</summary>
    public bool SendControl(TunnelPeerId destination, ReadOnlySpan<byte> payload)
    {
        var links = _links;
        var link = routes.Find(destination) is { } route ? route.Choose(links, isUrgent: true) : Array.Find(links, l => l.IsConnected);
        link?.SendControl(destination, payload);
        return link is not null;
    }

    /// <summary>Whether there is any relay at the moment.</summary>
    public bool IsAnyConnected => Array.Exists(_links, l => l.IsConnected);

    /// <summary>Where frames must not go has changed.</summary>
    public void PlacesChanged() => guard.SetRelays(_links.Select(l => l.Remote).OfType<IPEndPoint>());

    /// <summary>Routes have changed: connections that lead through the tunnel by now end.</summary>
    public void Recheck()
    {
        foreach (var link in _links) link.Recheck();
    }

    /// <summary>The network has changed: attempts that wait for their time begin at once.</summary>
    public void RetryNow()
    {
        foreach (var link in _links) link.RetryNow();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        List<Task> closing;
        lock (_lock)
        {
            _disposed = true;
            closing = [.. _closing, .. _links.Select(l => l.DisposeAsync().AsTask())];
        }

        await Task.WhenAll(closing);
    }

    private static IEnumerable<RelayUrl> Usable(IEnumerable<string> urls) =>
        urls.Select(u => RelayUrl.TryParse(u, out var url) ? url : null).OfType<RelayUrl>().Distinct().Take(Maximum);
}
