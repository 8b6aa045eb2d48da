using System.Buffers;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.Discovery.Mdns;

/// <summary>
/// One UDP socket per address family on the multicast DNS port, shared with other responders of the machine, and a membership on every
/// interface that is up. Only datagrams that were sent to the group are taken: those cannot come from beyond the link (RFC 6762 §11).
/// </summary>
internal sealed class MulticastSockets : IMulticastChannel
{
    private static readonly IPAddress GroupV4 = IPAddress.Parse("224.0.0.251");
    private static readonly IPAddress GroupV6 = IPAddress.Parse("ff02::fb");

    private readonly ILogger _logger;
    private readonly int _port;
    private readonly Lock _lock = new();
    private readonly Dictionary<(AddressFamily Family, int Index), bool> _joined = [];
    private readonly Socket? _v4;
    private readonly Socket? _v6;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _receiving = new();
    private Task _receivers = Task.CompletedTask;

    public MulticastSockets(int port, ILogger logger)
    {
        _port = port;
        _logger = logger;
        _v4 = Open(AddressFamily.InterNetwork);
        _v6 = Open(AddressFamily.InterNetworkV6);
        Refresh();
        NetworkChange.NetworkAddressChanged += OnAddressChanged;
    }

    public event Action? Changed;

    public void Start(Action<ReadOnlyMemory<byte>> received)
    {
        Task Receive(Socket? socket, IPAddress group) => socket is null ? Task.CompletedTask : Task.Run(() => ReceiveAsync(socket, group, received));
        _receivers = Task.WhenAll(Receive(_v4, GroupV4), Receive(_v6, GroupV6));
    }

    public void Send(Func<bool, byte[]?> message)
    {
        lock (_lock)
        {
            if (_stop.IsCancellationRequested) return;
            foreach (var ((family, index), loopback) in _joined)
            {
                if (message(loopback) is not { } bytes) continue;
                try
                {
                    if (family == AddressFamily.InterNetwork)
                    {
                        _v4!.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, IPAddress.HostToNetworkOrder(index));
                        _v4.SendTo(bytes, new IPEndPoint(GroupV4, _port));
                    }
                    else
                    {
                        _v6!.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.MulticastInterface, index);
                        _v6.SendTo(bytes, new IPEndPoint(GroupV6, _port));
                    }
                }
                catch (SocketException exception)
                {
                    // An interface without a route for multicast, or one that has just gone: others still work.
                    _logger.MulticastSendFailed(index, exception.SocketErrorCode);
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        NetworkChange.NetworkAddressChanged -= OnAddressChanged;
        await _stop.CancelAsync();
        lock (_lock)
        {
            _v4?.Dispose();
            _v6?.Dispose();
        }

        await _receivers;
        _stop.Dispose();
    }

    private Socket? Open(AddressFamily family)
    {
        if (family == AddressFamily.InterNetworkV6 ? !Socket.OSSupportsIPv6 : !Socket.OSSupportsIPv4) return null;
        var socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.ExclusiveAddressUse = false;
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            var level = family == AddressFamily.InterNetwork ? SocketOptionLevel.IP : SocketOptionLevel.IPv6;
            if (family == AddressFamily.InterNetworkV6) socket.DualMode = false;
            socket.SetSocketOption(level, SocketOptionName.PacketInformation, true);
            socket.SetSocketOption(level, SocketOptionName.MulticastTimeToLive, 255);
            socket.SetSocketOption(level, SocketOptionName.MulticastLoopback, true);
            socket.Bind(new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, _port));
            return socket;
        }
        catch (SocketException exception)
        {
            _logger.MulticastUnavailable(family, exception.SocketErrorCode);
            socket.Dispose();
            return null;
        }
    }

    private void OnAddressChanged(object? sender, EventArgs e)
    {
        try
        {
            Refresh();
        }
        catch (Exception error)
        {
            // An interface can vanish while it is looked at; nobody above this event would catch that. The next change looks again.
            _logger.InterfacesUnknown(error);
        }

        Changed?.Invoke();
    }

    /// <summary>Joins the groups on interfaces that have come up, and forgets those that are gone (the kernel has dropped their memberships).</summary>
    private void Refresh()
    {
        lock (_lock)
        {
            if (_stop.IsCancellationRequested) return;
            var usable = new Dictionary<(AddressFamily, int), bool>();
            foreach (var nic in NetworkInterface.GetAllNetworkInterfaces())
            {
                var loopback = nic.NetworkInterfaceType == NetworkInterfaceType.Loopback;
                // The loopback interface does not call itself multicast-capable on Linux, but passes multicasts all the same.
                if (nic.OperationalStatus == OperationalStatus.Down || (!loopback && !nic.SupportsMulticast)) continue;
                var properties = nic.GetIPProperties();
                if (_v4 is not null && nic.Supports(NetworkInterfaceComponent.IPv4)) usable[(AddressFamily.InterNetwork, properties.GetIPv4Properties().Index)] = loopback;
                if (_v6 is not null && nic.Supports(NetworkInterfaceComponent.IPv6)) usable[(AddressFamily.InterNetworkV6, properties.GetIPv6Properties().Index)] = loopback;
            }

            foreach (var gone in _joined.Keys.Except(usable.Keys).ToArray()) _joined.Remove(gone);
            foreach (var (key, loopback) in usable)
            {
                if (!_joined.ContainsKey(key) && Join(key.Item1, key.Item2)) _joined.Add(key, loopback);
            }
        }
    }

    private bool Join(AddressFamily family, int index)
    {
        try
        {
            if (family == AddressFamily.InterNetwork)
                _v4!.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(GroupV4, index));
            else
                _v6!.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.AddMembership, new IPv6MulticastOption(GroupV6, index));
            return true;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return true;
        }
        catch (SocketException exception)
        {
            _logger.MulticastJoinFailed(index, exception.SocketErrorCode);
            return false;
        }
    }

    private async Task ReceiveAsync(Socket socket, IPAddress group, Action<ReadOnlyMemory<byte>> received)
    {
        var any = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        // The largest message of multicast DNS (RFC 6762 §17).
        var buffer = ArrayPool<byte>.Shared.Rent(9000);
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                SocketReceiveMessageFromResult result;
                try
                {
                    result = await socket.ReceiveMessageFromAsync(buffer, SocketFlags.None, any, _stop.Token);
                }
                catch (SocketException)
                {
                    // A datagram that did not fit, or an error that belongs to something sent earlier.
                    continue;
                }

                if (!SameGroup(result.PacketInformation.Address, group)) continue;
                lock (_receiving) received(buffer.AsMemory(0, result.ReceivedBytes));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // Disposed.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Equality without the scope that a received link-local address carries.</summary>
    private static bool SameGroup(IPAddress address, IPAddress group) => address.GetAddressBytes().AsSpan().SequenceEqual(group.GetAddressBytes());
}
