using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Transports;
using Causeway.Libp2p.Transports.Tcp;
using Causeway.Libp2p.Transports.WebSockets;

namespace Causeway.Libp2p.AutoNat;

/// <summary>Adds AutoNAT to a host.</summary>
public static class AutoNatHostExtensions
{
    /// <summary>
    /// Finds out whether others can dial this host (<see cref="IHost.Reachability"/>), and dials back others who ask. Add it after
    /// <see cref="Observations.ObservedAddressesHostExtensions.UseObservedAddresses"/>, whose addresses it checks.
    /// </summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="options">Switches and limits; null for the defaults.</param>
    /// <param name="dialBackTransports">Makes the transports that others are dialed back with; null for TCP and WebSockets. They must not be those that the host listens with.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static HostBuilder UseAutoNat(this HostBuilder builder, AutoNatOptions? options = null, Func<IReadOnlyList<ITransport>>? dialBackTransports = null)
    {
        options?.Validate();
        return builder.Use((host, time, loggers) => new AutoNatService(
            host, dialBackTransports?.Invoke() ?? [new TcpTransport(time: time), new WebSocketTransport(time: time)], options, time, loggers)
        { Network = builder.PrivateNetwork });
    }
}
