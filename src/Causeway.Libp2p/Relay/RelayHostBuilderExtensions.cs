using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Relay.Client;

namespace Causeway.Libp2p.Relay;

/// <summary>Adds circuit relay to a host, on either side.</summary>
public static class RelayHostBuilderExtensions
{
    /// <summary>Relays for others: <c>builder.UseCircuitRelay(o =&gt; o with { MaxReservations = 1000 })</c>.</summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="configure">Changes the default options.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static HostBuilder UseCircuitRelay(this HostBuilder builder, Func<CircuitRelayOptions, CircuitRelayOptions>? configure = null)
    {
        var options = Configure(configure);
        options.Validate();
        return builder.Use((host, time, loggers) => new CircuitRelay(host, options, time, loggers));
    }

    /// <summary>
    /// Uses relays: dials addresses with <c>/p2p-circuit</c>, and, unless <see cref="RelayClientOptions.Reservations"/> is 0, listens on
    /// <c>/p2p-circuit</c>: keeps reservations while others cannot dial this host.
    /// </summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="configure">Changes the default options.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static HostBuilder UseRelayClient(this HostBuilder builder, Func<RelayClientOptions, RelayClientOptions>? configure = null)
    {
        var options = Configure(configure);
        options.Validate();
        builder.UseOverlay((host, time, loggers) => new CircuitTransport(host, options, time, loggers));
        return options.Reservations == 0 ? builder : builder.Configure(
            host => host.ListenAddresses.Contains(RelayAddresses.Circuit) ? host : host with { ListenAddresses = [.. host.ListenAddresses, RelayAddresses.Circuit] });
    }

    private static T Configure<T>(Func<T, T>? configure)
        where T : new() => configure is null ? new T() : configure(new T());
}
