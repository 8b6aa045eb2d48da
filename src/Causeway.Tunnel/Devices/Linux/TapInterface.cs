using System.Net;
using System.Net.Sockets;
using Causeway.Network.Ethernet;
using Causeway.Network.Netlink;
using Causeway.Network.Posix;

namespace Causeway.Tunnel.Devices.Linux;

/// <summary>The interface that belongs to a TAP device: its addresses, and the routes that lead to it.</summary>
internal sealed class TapInterface : IDisposable
{
    private readonly NetlinkClient _netlink = new();
    private readonly Lock _lock = new();
    private IReadOnlyCollection<SegmentAddress> _addresses = [];

    private TapInterface(string name) => Name = name;

    public string Name { get; }

    public int Index { get; private set; }

    public MacAddress MacAddress { get; private set; }

    public bool AcceptsRouterAdvertisements { get; private set; }

    /// <summary>Sets a new interface up and switches it on.</summary>
    /// <exception cref="SegmentDeviceException">The machine refused.</exception>
    public static TapInterface SetUp(string name, SegmentDeviceOptions options)
    {
        var tapInterface = new TapInterface(name);
        try
        {
            tapInterface.Guard(() =>
            {
                tapInterface.Configure(options);
                return true;
            });
            return tapInterface;
        }
        catch
        {
            tapInterface.Dispose();
            throw;
        }
    }

    public IReadOnlyList<SegmentAddress> SetAddresses(IReadOnlyCollection<SegmentAddress> addresses) => Guard(() =>
    {
        lock (_lock)
        {
            if (AddressClash.Find(addresses, _netlink.GetAddresses(), _netlink.GetLinks(), Index) is { } clash) throw new SegmentDeviceException(SegmentDeviceError.AddressClash, clash);
            foreach (var old in _addresses.Except(addresses)) Remove(old);
            List<SegmentAddress> refused = [];
            foreach (var address in addresses.Except(_addresses))
            {
                if (!TryAdd(address)) refused.Add(address);
            }

            _addresses = [.. addresses.Except(refused)];
            return refused;
        }
    });

    public bool IsWayTo(IPAddress destination) => Guard(() => _netlink.FindRoute(destination) is { } route && route.InterfaceIndex == Index);

    public void Dispose() => _netlink.Dispose();

    private void Configure(SegmentDeviceOptions options)
    {
        Index = FindLink().Index;
        _netlink.SetLink(Index, new LinkSettings { Mtu = options.Mtu, MacAddress = options.MacAddress });
        AcceptsRouterAdvertisements = options.AcceptRouterAdvertisements || !InterfaceSettings.TryRefuseRouterAdvertisements(Name);
        // Addresses before "up", so that nothing leaves with an address of another interface.
        SetAddresses(options.Addresses);
        _netlink.SetUp(Index, true);
        MacAddress = options.MacAddress ?? FindLink().MacAddress ?? default;
    }

    private NetworkLink FindLink() => _netlink.FindLink(Name) ?? throw new SegmentDeviceException(SegmentDeviceError.Gone, $"Somebody deleted {Name} at once.");

    private bool TryAdd(SegmentAddress address)
    {
        try
        {
            _netlink.AddAddress(ToInterfaceAddress(address));
            return true;
        }
        catch (NetlinkException exception) when (exception.Errno is Errno.EACCES or Errno.EOPNOTSUPP)
        {
            // "disable_ipv6" gives the one, a kernel without IPv6 the other.
            return false;
        }
        catch (NetlinkException exception) when (exception.Errno == Errno.EEXIST)
        {
            return true;
        }
    }

    private void Remove(SegmentAddress address)
    {
        try
        {
            _netlink.RemoveAddress(ToInterfaceAddress(address));
        }
        catch (NetlinkException exception) when (exception.Errno == Errno.EADDRNOTAVAIL)
        {
            // The user was faster.
        }
    }

    // No duplicate detection: addresses come from the roster, which knows no duplicates, and any member could deny us one by answering.
    private InterfaceAddress ToInterfaceAddress(SegmentAddress address) => new()
    {
        InterfaceIndex = Index,
        Address = address.Address,
        PrefixLength = address.PrefixLength,
        Flags = address.Address.AddressFamily == AddressFamily.InterNetworkV6 ? InterfaceAddressFlags.NoDuplicateDetection : InterfaceAddressFlags.None,
    };

    private T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (NetlinkException exception)
        {
            throw new SegmentDeviceException(exception.IsPermission ? SegmentDeviceError.NotPermitted : SegmentDeviceError.Failed, $"{Name}: {exception.Message}", exception);
        }
    }
}
