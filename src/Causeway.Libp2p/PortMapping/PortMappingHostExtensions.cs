using Causeway.Libp2p.Hosts;

namespace Causeway.Libp2p.PortMapping;

/// <summary>Adds port mapping to a host.</summary>
public static class PortMappingHostExtensions
{
    /// <summary>Has the router forward the host's TCP listeners, and announces the addresses under which they are reached then.</summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="create">Makes what asks the router; the host disposes it.</param>
    public static HostBuilder UsePortMapping(this HostBuilder builder, Func<IPortMapper> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        return builder.Use((host, _, loggers) => new PortMappingComponent(host, create(), loggers));
    }
}
