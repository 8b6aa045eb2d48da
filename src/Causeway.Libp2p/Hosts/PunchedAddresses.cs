using Causeway.Multiformats;

namespace Causeway.Libp2p.Hosts;

/// <summary>
/// Where we are dialing as the initiator while the other end dials us as the responder (libp2p specs, <c>relay/DCUtR.md</c>): when its SYN comes to the
/// listener, before ours has left, the roles stay as they were agreed. Thread-safe.
/// </summary>
internal sealed class PunchedAddresses
{
    private readonly Lock _lock = new();
    private readonly List<Multiaddress> _addresses = [];

    public bool Contains(Multiaddress remote)
    {
        lock (_lock) return _addresses.Contains(remote);
    }

    public IDisposable Add(IEnumerable<Multiaddress> addresses)
    {
        Multiaddress[] added = [.. addresses];
        lock (_lock) _addresses.AddRange(added);
        return new Entry(this, added);
    }

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
