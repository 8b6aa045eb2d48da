using System.Net;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Hosts;

/// <content>Our addresses.</content>
internal sealed partial class Host
{
    private IReadOnlyList<IPAddress>? _interfaces;
    private IReadOnlyList<Multiaddress>? _addresses;

    public IReadOnlyList<Multiaddress> Addresses
    {
        get
        {
            if (Volatile.Read(ref _addresses) is { } known) return known;
            if (!_isListening) return HostAddresses.Expand([], _options, static () => []);
            RefreshAddresses();
            return _addresses!;
        }
    }

    /// <summary>Looks whether the machine's addresses have changed; true when ours have.</summary>
    private bool RefreshAddresses()
    {
        var interfaces = InterfaceAddresses.Get();

        // The list is shared by all hosts of the process: the same one means that nothing was asked since.
        if (ReferenceEquals(interfaces, Volatile.Read(ref _interfaces))) return false;
        Volatile.Write(ref _interfaces, interfaces);
        var fresh = HostAddresses.Expand(_listeners.Bound, _options, () => interfaces);
        if (Volatile.Read(ref _addresses) is { } known && known.SequenceEqual(fresh)) return false;
        var isFirst = Volatile.Read(ref _addresses) is null;
        Volatile.Write(ref _addresses, fresh);
        return !isFirst;
    }
}
