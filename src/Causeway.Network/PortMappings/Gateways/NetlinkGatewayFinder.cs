using System.Net;
using System.Net.Sockets;
using Causeway.Network.Netlink;

namespace Causeway.Network.PortMappings.Gateways;

/// <summary>Takes the router of the IPv4 default route, and watches the kernel's announcements of changes.</summary>
internal sealed class NetlinkGatewayFinder : IGatewayFinder
{
    private const uint MainTable = 254;

    private readonly IPAddress? _router;
    private readonly NetlinkClient _netlink = new();
    private readonly NetworkMonitor _monitor;

    /// <summary>Begins to watch.</summary>
    /// <param name="router">The router; null for that of the default route.</param>
    /// <exception cref="NetlinkException">The system has no netlink.</exception>
    /// <exception cref="PlatformNotSupportedException">Not Linux.</exception>
    public NetlinkGatewayFinder(IPAddress? router)
    {
        _router = router;
        try
        {
            _monitor = new NetworkMonitor();
        }
        catch
        {
            _netlink.Dispose();
            throw;
        }

        _ = Task.Run(WatchAsync); // ends with the monitor
    }

    public event Action? Changed;

    public Gateway? Find()
    {
        try
        {
            if ((_router ?? DefaultRouter()) is not { } router || _netlink.FindRoute(router)?.Source is not { } local) return null;
            var address = _netlink.GetAddresses().FirstOrDefault(a => a.Address.Equals(local));
            return address is null ? null : new Gateway(router, local, address.Network);
        }
        catch (NetlinkException)
        {
            // The routes change at this moment, or are not told: as if there were none, until the next look.
            return null;
        }
    }

    public void Dispose()
    {
        _monitor.Dispose();
        _netlink.Dispose();
    }

    private IPAddress? DefaultRouter() => _netlink.GetRoutes()
        .Where(r => r is { Table: MainTable, Type: 1, Gateway.AddressFamily: AddressFamily.InterNetwork, Destination.PrefixLength: 0 })
        .MinBy(r => r.Priority)?.Gateway;

    private async Task WatchAsync()
    {
        try
        {
            await foreach (var change in _monitor.ReadAllAsync())
            {
                _ = change;
                Changed?.Invoke();
            }
        }
        catch (IOException)
        {
            // The kernel ended the subscription; the regular checks go on.
        }
    }
}
