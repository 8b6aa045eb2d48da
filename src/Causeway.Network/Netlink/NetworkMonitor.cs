using System.Threading.Channels;
using Causeway.Network.Posix;

namespace Causeway.Network.Netlink;

/// <summary>
/// Changes of interfaces, addresses and routes as the kernel announces them. Everything that changes after the constructor has returned is
/// reported; needs no privilege.
/// </summary>
public sealed class NetworkMonitor : IDisposable
{
    /// <summary>Events that wait for a reader; what comes beyond is dropped, and <see cref="NetworkEvent.Missed"/> tells when there is room again.</summary>
    public const int Capacity = 1024;

    // RTNLGRP_… (linux/rtnetlink.h).
    private const int GroupLink = 1, GroupIPv4Address = 5, GroupIPv4Route = 7, GroupIPv6Address = 9, GroupIPv6Route = 11;

    private static readonly TimeSpan UntilNextAttempt = TimeSpan.FromMilliseconds(100);

    private readonly NetlinkSocket _socket = new();
    private readonly Readiness _readiness;
    private readonly Thread _thread;
    private readonly Channel<NetworkEvent> _events;
    private bool _isMissing;

    /// <summary>Subscribes.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    /// <exception cref="PlatformNotSupportedException">Not Linux.</exception>
    public NetworkMonitor()
    {
        try
        {
            _socket.SetOption(NetlinkNative.LevelSocket, NetlinkNative.ReceiveBuffer, 1 << 20);
            foreach (var group in (ReadOnlySpan<int>)[GroupLink, GroupIPv4Address, GroupIPv4Route, GroupIPv6Address, GroupIPv6Route])
                _socket.SetOption(NetlinkNative.LevelNetlink, NetlinkNative.AddMembership, group);
            _readiness = new Readiness(_socket.Handle);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        _events = Channel.CreateBounded<NetworkEvent>(new BoundedChannelOptions(Capacity) { SingleWriter = true, FullMode = BoundedChannelFullMode.Wait });
        _thread = new Thread(Run) { IsBackground = true, Name = "network monitor" };
        _thread.Start();
    }

    /// <summary>The events in order, until the monitor is disposed. For one reader.</summary>
    /// <exception cref="IOException">The kernel ended the subscription.</exception>
    public IAsyncEnumerable<NetworkEvent> ReadAllAsync(CancellationToken cancellationToken = default) => _events.Reader.ReadAllAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _readiness.Wake();
        _thread.Join();
        _readiness.Dispose();
        _socket.Dispose();
    }

    /// <summary>Translates a datagram; what is about something else is left out.</summary>
    /// <exception cref="FormatException">It is malformed.</exception>
    internal static void Decode(ReadOnlySpan<byte> datagram, Action<NetworkEvent> add)
    {
        var reader = new NetlinkReader(datagram);
        while (reader.MoveNext())
        {
            var payload = reader.Current.Payload;
            NetworkEvent? change = reader.Current.Type switch
            {
                NetlinkProtocol.NewLink or NetlinkProtocol.DeleteLink when RouteMessages.ReadLink(payload) is { } link =>
                    new NetworkEvent.LinkChanged(link, reader.Current.Type == NetlinkProtocol.DeleteLink),
                NetlinkProtocol.NewAddress or NetlinkProtocol.DeleteAddress when RouteMessages.ReadAddress(payload) is { } address =>
                    new NetworkEvent.AddressChanged(address, reader.Current.Type == NetlinkProtocol.DeleteAddress),
                NetlinkProtocol.NewRoute or NetlinkProtocol.DeleteRoute when RouteMessages.ReadRoute(payload) is { } route =>
                    new NetworkEvent.RouteChanged(route, reader.Current.Type == NetlinkProtocol.DeleteRoute),
                _ => null,
            };
            if (change is not null) add(change);
        }
    }

    private void Run()
    {
        try
        {
            var buffer = new byte[NetlinkSocket.BufferLength];
            while (true)
            {
                switch (_readiness.Wait(_isMissing ? UntilNextAttempt : Timeout.InfiniteTimeSpan))
                {
                    case ReadinessResult.Woken:
                        _events.Writer.TryComplete();
                        return;
                    case ReadinessResult.Readable:
                        Drain(buffer);
                        break;
                    case ReadinessResult.TimedOut when _isMissing:
                        _isMissing = !_events.Writer.TryWrite(new NetworkEvent.Missed());
                        break;
                }
            }
        }
        catch (Exception exception)
        {
            _events.Writer.TryComplete(exception);
        }
    }

    private void Drain(byte[] buffer)
    {
        while (true)
        {
            var length = _socket.Receive(buffer, wait: false);
            if (length == -Errno.EAGAIN) return;
            if (length == -Errno.ENOBUFS) Add(new NetworkEvent.Missed());
            else if (length < 0) throw NetlinkException.For(-length, "Watching the network", null);
            else DecodeOrMiss(buffer.AsSpan(0, length));
        }
    }

    // A kernel that says something in a form that is unknown here must not blind whoever watches: listing everything again may still work.
    private void DecodeOrMiss(ReadOnlySpan<byte> datagram)
    {
        try
        {
            Decode(datagram, Add);
        }
        catch (FormatException)
        {
            Add(new NetworkEvent.Missed());
        }
    }

    /// <summary>After an overflow the reader first gets what is queued, then is told that something is missing, then what follows.</summary>
    private void Add(NetworkEvent change)
    {
        if (_isMissing && !_events.Writer.TryWrite(new NetworkEvent.Missed())) return;
        _isMissing = !_events.Writer.TryWrite(change);
    }
}
