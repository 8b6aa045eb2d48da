using System.Net;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Hosts;

/// <content>Our addresses.</content>
internal sealed partial class Host
{
    private readonly Lock _addressing = new();
    private IReadOnlyList<IPAddress>? _interfaces;
    private readonly Dictionary<string, Multiaddress[]> _contributed = new(StringComparer.Ordinal);
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

    public IReadOnlyList<Multiaddress> ListenAddresses => _listeners.Bound;

    public Reachability Reachability { get; private set; }

    public void SetAddresses(string source, IEnumerable<Multiaddress> addresses)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        Multiaddress[] contributed = [.. addresses.Select(static address => address.WithoutPeerId()).Distinct()];
        lock (_addressing)
        {
            if (contributed.SequenceEqual(_contributed.GetValueOrDefault(source) ?? [])) return;
            if (contributed.Length > 0) _contributed[source] = contributed;
            else _contributed.Remove(source);
            _interfaces = null;
            if (!_isListening || !RefreshAddresses(out _)) return;
        }

        TellAddresses();
    }

    public void SetReachability(Reachability reachability)
    {
        lock (_addressing)
        {
            if (Reachability == reachability) return;
            Reachability = reachability;
        }

        _events.Post(new HostEvent.ReachabilityChanged(reachability));
    }

    /// <summary>For hole punching: see <see cref="Listeners.ExpectAsInitiator"/>.</summary>
    internal IDisposable ExpectAsInitiator(IEnumerable<Multiaddress> addresses) => _listeners.ExpectAsInitiator(addresses);

    private void TellAddresses()
    {
        _events.Post(new HostEvent.AddressesChanged());
        _identify.Changed("addresses_updated");
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
            IReadOnlyList<Multiaddress> fresh = [.. HostAddresses.Expand(_listeners.Bound, _options, () => interfaces).Concat(_contributed.Values.SelectMany(static a => a)).Distinct()];
            current = known is not null && known.SequenceEqual(fresh) ? known : fresh;
            Volatile.Write(ref _addresses, current);
            return known is not null && !ReferenceEquals(current, known);
        }
    }
}
