using Causeway.Libp2p.Hosts;
using Causeway.Network.PortMappings;

namespace Causeway.Libp2p.PortMapping;

/// <summary>Adds port mapping to a host.</summary>
public static class PortMappingHostExtensions
{
    /// <summary>
    /// Has the router of the default route forward the host's TCP listeners, by PCP, NAT-PMP or UPnP, and announces the addresses under which they are reached
    /// then. Where no router does, the log says so, and nothing else changes.
    /// </summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="options">How the router is asked; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static HostBuilder UsePortMapping(this HostBuilder builder, PortMapperOptions? options = null)
    {
        options ??= new PortMapperOptions();
        options.Validate();
        return builder.Use((host, time, loggers) => new PortMappingComponent(host, new RouterPortMapper(new PortMapper(options, time, loggers), isShared: false), loggers));
    }

    /// <summary>As above, with a mapper that several hosts of one process share; this one's mappings are removed when it stops.</summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="mapper">What asks the router; it stays the caller's, who disposes it after the host.</param>
    public static HostBuilder UsePortMapping(this HostBuilder builder, PortMapper mapper)
    {
        ArgumentNullException.ThrowIfNull(mapper);
        return builder.UsePortMapping(() => new RouterPortMapper(mapper, isShared: true));
    }

    /// <summary>As above, with something else that asks the router.</summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="create">Makes what asks the router; the host disposes it.</param>
    public static HostBuilder UsePortMapping(this HostBuilder builder, Func<IPortMapper> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        return builder.Use((host, _, loggers) => new PortMappingComponent(host, create(), loggers));
    }
}
