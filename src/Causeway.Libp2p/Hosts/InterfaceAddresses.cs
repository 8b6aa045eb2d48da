using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Causeway.Libp2p.Hosts;

/// <summary>The machine's addresses. Asking the operating system takes a millisecond or more, so that hosts of one process share the answer for a while.</summary>
internal static class InterfaceAddresses
{
    private const long FreshFor = 5000;

    private static readonly Lock Guard = new();
    private static IPAddress[] _known = [];
    private static long _askedAt = long.MinValue;

    /// <summary>Unicast addresses of interfaces that are up, loopback included; without link-local IPv6 ones, which mean nothing to others without a zone.</summary>
    public static IReadOnlyList<IPAddress> Get()
    {
        lock (Guard)
        {
            if (_askedAt != long.MinValue && Environment.TickCount64 - _askedAt < FreshFor) return _known;
            _known = Ask();
            _askedAt = Environment.TickCount64;
            return _known;
        }
    }

    /// <summary>Something has changed: asks again when it is needed next.</summary>
    public static void Forget()
    {
        lock (Guard) _askedAt = long.MinValue;
    }

    private static IPAddress[] Ask()
    {
        try
        {
            return [.. NetworkInterface.GetAllNetworkInterfaces()
                .Where(static nic => nic.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown)
                .SelectMany(static nic => nic.GetIPProperties().UnicastAddresses)
                .Select(static unicast => unicast.Address)
                .Where(static ip => ip.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 && !ip.IsIPv6LinkLocal)
                .Distinct()];
        }
        catch (NetworkInformationException)
        {
            return [IPAddress.Loopback];
        }
    }
}
