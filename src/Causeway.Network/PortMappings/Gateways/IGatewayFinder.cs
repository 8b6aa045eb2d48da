namespace Causeway.Network.PortMappings.Gateways;

/// <summary>Knows the router.</summary>
internal interface IGatewayFinder : IDisposable
{
    /// <summary>Something about this machine's network has changed: the router may be another one.</summary>
    event Action? Changed;

    /// <summary>The router; null if there is none.</summary>
    Gateway? Find();
}
