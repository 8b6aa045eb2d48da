using Causeway.Multiformats;

namespace Causeway.Libp2p.Hosts;

/// <summary>
/// Where we are dialing as the initiator while the other end dials us as the responder (libp2p specs, <c>relay/DCUtR.md</c>): when its SYN comes to the
/// listener, before ours has left, the roles stay as they were agreed. On the internet its port does not matter: a NAT whose mapping depends on the
/// remote endpoint sends it from another one than the other end knows of itself (RFC 4787 section 4.1). Thread-safe.
/// </summary>
internal sealed class PunchedAddresses
{
    private readonly Lock _lock = new();
    private readonly List<Multiaddress> _addresses = [];

    public bool Contains(Multiaddress remote)
    {
        lock (_lock) return _addresses.Exists(address => address.Equals(remote) || IsSameMachine(address, remote));
    }

    public IDisposable Add(IEnumerable<Multiaddress> addresses)
    {
        Multiaddress[] added = [.. addresses];
        lock (_lock) _addresses.AddRange(added);
        return new Entry(this, added);
    }

    private static bool IsSameMachine(Multiaddress expected, Multiaddress remote) =>
        remote.IsPublic && !remote.IsRelayed && remote.Components[^1].Protocol == "tcp"
        && remote.TryGetIPAddress(out var from) && expected.TryGetIPAddress(out var address) && from.Equals(address);

    private void Remove(Multiaddress[] addresses)
    {
        lock (_lock)
        {
            foreach (var address in addresses) _addresses.Remove(address);
        }
    }

    private sealed class Entry(PunchedAddresses owner, Multiaddress[] addresses) : IDisposable
    {
        private Multiaddress[]? _addresses = addresses;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _addresses, null) is { } mine) owner.Remove(mine);
        }
    }
}
