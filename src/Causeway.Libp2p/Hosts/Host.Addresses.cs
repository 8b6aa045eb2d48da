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
        var fresh = HostAddresses.Expand(_listeners.Bound, _options, () => interfaces);
        var known = Volatile.Read(ref _addresses);
        var differs = known is null || !known.SequenceEqual(fresh);
        if (differs) Volatile.Write(ref _addresses, fresh);

        // Last: whoever sees these interfaces finds the addresses there as well.
        Volatile.Write(ref _interfaces, interfaces);
        return known is not null && differs;
    }
}
