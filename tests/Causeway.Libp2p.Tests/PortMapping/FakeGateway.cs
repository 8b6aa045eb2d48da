using System.Net;
using Causeway.Network.PortMappings;
using Causeway.Network.PortMappings.Gateways;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Libp2p.Tests.PortMapping;

/// <summary>A router that forwards what it is asked for, once <see cref="Open"/> lets it answer.</summary>
internal sealed class FakeGateway(string external) : IGatewayFinder, IGatewayClient
{
    private readonly List<int> _forwarded = [];

    public event Action? Changed
    {
        add { }
        remove { }
    }

    public PortMappingProtocol Protocol => PortMappingProtocol.Pcp;

    /// <summary>Completes when the router answers.</summary>
    public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The ports that it forwards, in order.</summary>
    public IReadOnlyList<int> Forwarded
    {
        get
        {
            lock (_forwarded) return [.. _forwarded.Order()];
        }
    }

    public PortMapper CreateMapper() => new(new PortMapperOptions(), this, _ => [this], TimeProvider.System, NullLoggerFactory.Instance);

    public Gateway Find() => new(IPAddress.Parse("192.168.1.1"), IPAddress.Parse("192.168.1.10"), IPNetwork.Parse("192.168.1.0/24"));

    public async Task<GatewayStatus> CheckAsync(IReadOnlyCollection<GatewayRequest> mappings, CancellationToken cancellationToken)
    {
        await Open.Task.WaitAsync(cancellationToken);
        return new GatewayStatus(null, false);
    }

    public Task<GatewayMapping> MapAsync(GatewayRequest request, CancellationToken cancellationToken)
    {
        lock (_forwarded) _forwarded.Add(request.InternalPort);
        return Task.FromResult(new GatewayMapping(new IPEndPoint(IPAddress.Parse(external), request.InternalPort + 10_000), TimeSpan.FromHours(1)));
    }

    public Task UnmapAsync(GatewayRequest request, CancellationToken cancellationToken)
    {
        lock (_forwarded) _forwarded.Remove(request.InternalPort);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
    }
}
