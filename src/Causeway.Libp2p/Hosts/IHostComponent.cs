namespace Causeway.Libp2p.Hosts;

/// <summary>
/// Something that lives with a host: a discovery, a DHT, a relay, a port mapping. It starts after the listeners, in the order in which components were
/// added, and is disposed before they close, in the opposite order.
/// </summary>
public interface IHostComponent : IAsyncDisposable
{
    /// <summary>Starts the work. The host is listening and can dial; a failure fails the start of the host.</summary>
    Task StartAsync(CancellationToken cancellationToken = default);
}
