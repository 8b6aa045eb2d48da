namespace Causeway.Network.PortMappings.Gateways;

/// <summary>One router, asked by one protocol. Used by one caller at a time.</summary>
internal interface IGatewayClient : IDisposable
{
    PortMappingProtocol Protocol { get; }

    /// <summary>Asks without changing anything.</summary>
    /// <param name="mappings">What was asked for and granted, which the router should know.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="GatewayException">The router does not speak the protocol, or not any more.</exception>
    Task<GatewayStatus> CheckAsync(IReadOnlyCollection<GatewayRequest> mappings, CancellationToken cancellationToken);

    /// <summary>Makes or renews a mapping.</summary>
    /// <exception cref="GatewayException">The router refuses.</exception>
    Task<GatewayMapping> MapAsync(GatewayRequest request, CancellationToken cancellationToken);

    /// <summary>Deletes a mapping; one that is not there is no error.</summary>
    /// <exception cref="GatewayException">The router refuses.</exception>
    Task UnmapAsync(GatewayRequest request, CancellationToken cancellationToken);
}
