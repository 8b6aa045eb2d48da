using Causeway.Libp2p.Hosts;

namespace Causeway.Libp2p.Observations;

/// <summary>Adds observed addresses to a host.</summary>
public static class ObservedAddressesHostExtensions
{
    /// <summary>Announces the addresses at which others see this host; found again by <c>host.Component&lt;ObservedAddresses&gt;()</c>. Add it before AutoNAT.</summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="options">Thresholds and bounds; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static HostBuilder UseObservedAddresses(this HostBuilder builder, ObservedAddressesOptions? options = null)
    {
        options?.Validate();
        return builder.Use((host, time, loggers) => new ObservedAddresses(host, options, time, loggers));
    }
}
