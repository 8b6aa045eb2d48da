using System.Collections.Concurrent;
using System.Globalization;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Transports.Memory;

/// <summary>A network inside the process, on which <see cref="MemoryTransport"/>s listen and dial by name.</summary>
public sealed class MemoryNetwork
{
    private readonly ConcurrentDictionary<string, MemoryTransportListener> _listeners = new(StringComparer.Ordinal);
    private long _lastNumber;

    /// <summary>The network that is used when none is given.</summary>
    public static MemoryNetwork Shared { get; } = new();

    /// <summary>Names that are listened on now.</summary>
    public int ListenerCount => _listeners.Count;

    internal Multiaddress FreshAddress() =>
        Multiaddress.Parse("/memory/" + Interlocked.Increment(ref _lastNumber).ToString(CultureInfo.InvariantCulture));

    internal static string NameOf(Multiaddress address) => address.ValueOf("memory")
        ?? throw new Libp2pException(Libp2pError.NoAddress, $"{address} is not an in-memory address; expected /memory/<name>.");

    internal MemoryTransportListener Listen(Multiaddress address)
    {
        while (true)
        {
            // As with TCP ports, 0 asks for any free one.
            var any = NameOf(address) == "0";
            var bound = any ? FreshAddress() : address;
            var listener = new MemoryTransportListener(this, bound);
            if (_listeners.TryAdd(NameOf(bound), listener)) return listener;
            if (!any) throw new Libp2pException(Libp2pError.InvalidArgument, $"{address} is in use; choose another name, or 0 for any.");
        }
    }

    internal TransportConnection Connect(Multiaddress address)
    {
        var target = address.WithoutPeerId();
        if (!_listeners.TryGetValue(NameOf(target), out var listener))
            throw new Libp2pException(Libp2pError.Unreachable, $"{address} refused: nothing listens there.");
        var (ours, theirs) = MemoryConnection.CreatePair(FreshAddress(), listener.Address);
        if (listener.TryOffer(theirs)) return ours;
        throw new Libp2pException(Libp2pError.Unreachable, $"{address} refused: too many connections wait to be accepted.");
    }

    internal void Remove(MemoryTransportListener listener) => _listeners.TryRemove(KeyValuePair.Create(NameOf(listener.Address), listener));
}
