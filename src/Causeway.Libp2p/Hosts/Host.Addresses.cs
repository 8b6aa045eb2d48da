using System.Net;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Hosts;

/// <content>Our addresses.</content>
internal sealed partial class Host
{
    private readonly Lock _addressing = new();
    private IReadOnlyList<IPAddress>? _interfaces;
    private IReadOnlyList<Multiaddress>? _addresses;

    public IReadOnlyList<Multiaddress> Addresses
    {
        get
        {
            if (Volatile.Read(ref _addresses) is { } known) return known;
            if (!_isListening) return HostAddresses.Expand([], _options, static () => []);
            _ = RefreshAddresses(out var fresh);
            return fresh;
        }
    }

    /// <summary>Looks whether the machine's addresses have changed; true when ours have.</summary>
    private bool RefreshAddresses(out IReadOnlyList<Multiaddress> current)
    {
        lock (_addressing)
        {
            var interfaces = InterfaceAddresses.Get();
            var known = _addresses;

            // The list is shared by all hosts of the process: the same one means that nothing was asked since.
            if (known is not null && ReferenceEquals(interfaces, _interfaces))
            {
                current = known;
                return false;
            }

            _interfaces = interfaces;
            var fresh = HostAddresses.Expand(_listeners.Bound, _options, () => interfaces);
            current = known is not null && known.SequenceEqual(fresh) ? known : fresh;
            Volatile.Write(ref _addresses, current);
            return known is not null && !ReferenceEquals(current, known);
        }
    }
}
