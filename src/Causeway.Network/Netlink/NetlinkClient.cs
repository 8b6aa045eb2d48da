using System.Net;
using Causeway.Network.Ethernet;
using Causeway.Network.Posix;

namespace Causeway.Network.Netlink;

/// <summary>
/// Interfaces, addresses and routes of the network namespace that the process is in, through the kernel's netlink (rtnetlink(7)). Reading needs
/// no privilege, changing needs CAP_NET_ADMIN. The kernel answers at once, so the calls are synchronous; they may come from any thread.
/// </summary>
public sealed class NetlinkClient : IDisposable
{
    // A list that changed while it was sent is asked for again; this often in a row is no accident any more.
    private const int DumpAttempts = 10;

    private readonly Lock _lock = new();
    private readonly NetlinkSocket _socket = new();
    private readonly byte[] _buffer = new byte[NetlinkSocket.BufferLength];
    private uint _sequence;

    /// <summary>Opens a netlink socket.</summary>
    /// <exception cref="NetlinkException">The system has no netlink.</exception>
    /// <exception cref="PlatformNotSupportedException">Not Linux.</exception>
    public NetlinkClient() => _socket.SetOption(NetlinkNative.LevelSocket, NetlinkNative.ReceiveTimeout, new NetlinkNative.TimeValue { Seconds = 5 });

    private delegate ReadOnlySpan<byte> RequestWriter<in T>(Span<byte> buffer, uint sequence, T argument);

    private delegate T? MessageDecoder<out T>(ReadOnlySpan<byte> payload);

    /// <summary>All interfaces.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public IReadOnlyList<NetworkLink> GetLinks() => Dump(NetlinkProtocol.GetLink, NetlinkProtocol.NewLink, "Listing the interfaces", RouteMessages.ReadLink);

    /// <summary>The interface of a name; null if there is none.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public NetworkLink? FindLink(string name)
    {
        try
        {
            return Query(name, static (buffer, sequence, argument) => RouteMessages.GetLink(buffer, sequence, argument), NetlinkProtocol.NewLink, $"Looking for {name}", RouteMessages.ReadLink);
        }
        catch (NetlinkException exception) when (exception.Errno == Errno.ENODEV)
        {
            return null;
        }
    }

    /// <summary>Changes an interface.</summary>
    /// <exception cref="NetlinkException">There is no such interface, CAP_NET_ADMIN is missing, or the device does not take the value.</exception>
    public void SetLink(int index, LinkSettings settings) => Command(
        (Index: index, Settings: settings),
        static (buffer, sequence, argument) => RouteMessages.SetLink(buffer, sequence, argument.Index, argument.Settings),
        $"Changing interface {index}");

    /// <summary>Switches an interface on or off.</summary>
    /// <exception cref="NetlinkException">As for <see cref="SetLink"/>.</exception>
    public void SetUp(int index, bool isUp) => SetLink(index, new LinkSettings { IsUp = isUp });

    /// <summary>Sets the MTU of an interface.</summary>
    /// <exception cref="NetlinkException">As for <see cref="SetLink"/>.</exception>
    public void SetMtu(int index, int mtu) => SetLink(index, new LinkSettings { Mtu = mtu });

    /// <summary>Sets the Ethernet address of an interface.</summary>
    /// <exception cref="NetlinkException">As for <see cref="SetLink"/>.</exception>
    public void SetMacAddress(int index, MacAddress address) => SetLink(index, new LinkSettings { MacAddress = address });

    /// <summary>Deletes a virtual interface.</summary>
    /// <exception cref="NetlinkException">As for <see cref="SetLink"/>.</exception>
    public void DeleteLink(int index) => Command(index, RouteMessages.DeleteLink, $"Deleting interface {index}");

    /// <summary>All addresses of all interfaces.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public IReadOnlyList<InterfaceAddress> GetAddresses() => Dump(NetlinkProtocol.GetAddress, NetlinkProtocol.NewAddress, "Listing the addresses", RouteMessages.ReadAddress);

    /// <summary>Gives an interface an address, and with it the route to the address's network.</summary>
    /// <exception cref="NetlinkException">It has that address already (EEXIST), there is no such interface, or CAP_NET_ADMIN is missing.</exception>
    public void AddAddress(InterfaceAddress address) => Command(address, RouteMessages.AddAddress, $"Adding the address {address.Address}/{address.PrefixLength}");

    /// <summary>Takes an address from an interface.</summary>
    /// <exception cref="NetlinkException">It does not have it (EADDRNOTAVAIL), there is no such interface, or CAP_NET_ADMIN is missing.</exception>
    public void RemoveAddress(InterfaceAddress address) => Command(address, RouteMessages.DeleteAddress, $"Removing the address {address.Address}/{address.PrefixLength}");

    /// <summary>All routes of all tables.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public IReadOnlyList<NetworkRoute> GetRoutes() => Dump(NetlinkProtocol.GetRoute, NetlinkProtocol.NewRoute, "Listing the routes", RouteMessages.ReadRoute);

    /// <summary>Which way a packet to a destination would go now.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="source">The source address that the sender has chosen; null if it leaves that to the kernel.</param>
    /// <param name="interfaceIndex">The interface that the sender is bound to (SO_BINDTODEVICE); 0 for any.</param>
    /// <param name="mark">The mark of the sender's socket (SO_MARK), which routing rules may look at; 0 for none.</param>
    /// <returns>The way, or null if there is none (a source address that is not this machine's has none).</returns>
    /// <exception cref="NetlinkException">The kernel refused for another reason.</exception>
    public NetworkRoute? FindRoute(IPAddress destination, IPAddress? source = null, int interfaceIndex = 0, uint mark = 0)
    {
        try
        {
            return Query(
                (destination, source, interfaceIndex, mark),
                static (buffer, sequence, argument) => RouteMessages.GetRoute(buffer, sequence, argument.destination, argument.source, argument.interfaceIndex, argument.mark),
                NetlinkProtocol.NewRoute,
                $"Looking for the route to {destination}",
                RouteMessages.ReadRoute) is { Type: not (6 or 7 or 8) } route ? route with { Source = route.Source ?? source } : null;
        }
        catch (NetlinkException exception) when (exception.Errno is Errno.ENETUNREACH or Errno.EHOSTUNREACH or Errno.EACCES)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private void Command<T>(T argument, RequestWriter<T> write, string doing)
    {
        lock (_lock)
        {
            _socket.Send(write(stackalloc byte[RouteMessages.MaxRequestLength], ++_sequence, argument));
            Collect<object>(doing, 0, static _ => null, null);
        }
    }

    private TResult? Query<T, TResult>(T argument, RequestWriter<T> write, ushort expected, string doing, MessageDecoder<TResult> decode)
        where TResult : class
    {
        lock (_lock)
        {
            _socket.Send(write(stackalloc byte[RouteMessages.MaxRequestLength], ++_sequence, argument));
            List<TResult> results = [];
            Collect(doing, expected, decode, results);
            return results.Count > 0 ? results[0] : null;
        }
    }

    private List<T> Dump<T>(ushort request, ushort expected, string doing, MessageDecoder<T> decode)
        where T : class
    {
        Span<byte> space = stackalloc byte[RouteMessages.MaxRequestLength];
        lock (_lock)
        {
            for (var attempt = 0; attempt < DumpAttempts; attempt++)
            {
                _socket.Send(RouteMessages.Dump(space, request, ++_sequence));
                List<T> results = [];
                if (Collect(doing, expected, decode, results)) return results;
            }
        }

        throw new NetlinkException(0, $"{doing}: they change faster than they can be listed. Try again.");
    }

    /// <summary>Reads the answers to the last request up to its end: an acknowledgement, an error, the end of a list, or a single answer.</summary>
    /// <returns>Whether the list is consistent.</returns>
    private bool Collect<T>(string doing, ushort expected, MessageDecoder<T> decode, List<T>? results)
        where T : class
    {
        try
        {
            return Read(doing, expected, decode, results);
        }
        catch (FormatException exception)
        {
            throw new NetlinkException(0, $"{doing}: the kernel's answer is not understood. {exception.Message}");
        }
    }

    private bool Read<T>(string doing, ushort expected, MessageDecoder<T> decode, List<T>? results)
        where T : class
    {
        var isConsistent = true;
        while (true)
        {
            var length = _socket.Receive(_buffer, wait: true);
            if (length < 0) throw length == -Errno.EAGAIN ? new NetlinkException(0, $"{doing}: the kernel does not answer.") : NetlinkException.For(-length, doing, null);
            var reader = new NetlinkReader(_buffer.AsSpan(0, length));
            while (reader.MoveNext())
            {
                var message = reader.Current;
                if (message.Sequence != _sequence) continue;
                isConsistent &= (message.Flags & NetlinkProtocol.DumpInterrupted) == 0;
                if (message.Type is NetlinkProtocol.Error or NetlinkProtocol.Done)
                {
                    var errno = message.ReadErrno();
                    if (errno != 0) throw NetlinkException.For(errno, doing, message.Type == NetlinkProtocol.Error ? message.ReadErrorText() : null);
                    return isConsistent;
                }

                if (message.Type != expected) continue;
                if (decode(message.Payload) is { } result) results?.Add(result);
                if ((message.Flags & NetlinkProtocol.Multipart) == 0) return isConsistent;
            }
        }
    }
}
