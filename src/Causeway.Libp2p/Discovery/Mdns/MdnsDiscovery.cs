using Causeway.Libp2p.Hosts;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.Discovery.Mdns;

/// <summary>Multicast DNS for a single host. Processes with several hosts share one <see cref="MdnsService"/> instead.</summary>
public sealed class MdnsDiscovery(IHost host, MdnsOptions? options = null, ILogger<MdnsService>? logger = null) : IHostComponent
{
    private MdnsService? _service;
    private IDisposable? _registration;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        _service = new MdnsService(options, logger: logger);
        _registration = _service.Register(host);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _registration?.Dispose();
        if (_service is not null) await _service.DisposeAsync();
    }
}
