namespace Causeway.Libp2p.Discovery;

/// <summary>Finds peers and tells the host through <see cref="Hosts.IHost.AddDiscovered"/>.</summary>
public interface IPeerDiscovery : IAsyncDisposable
{
    /// <summary>Starts to announce and search.</summary>
    Task StartAsync(CancellationToken cancellationToken = default);
}
