using Causeway.Multiformats;

namespace Causeway.Libp2p.Kademlia.Lookups;

/// <summary>
/// What a look-up has heard of the addresses of those that it may still ask. It keeps no more than the look-up keeps peers, however many others name: without that, liars fill the memory
/// (256 answers of 40 peers with 16 addresses each are some 80 MB). Not thread-safe.
/// </summary>
internal sealed class HeardAddresses(Lookup lookup, int max)
{
    private readonly Dictionary<PeerId, IReadOnlyList<Multiaddress>> _heard = [];

    /// <summary>Peers whose addresses are kept.</summary>
    public int Count => _heard.Count;

    /// <summary>Notes what was said of a peer first; what others say later changes nothing.</summary>
    public void Add(PeerId peer, IReadOnlyList<Multiaddress> addresses) => _heard.TryAdd(peer, addresses);

    /// <summary>The addresses of a peer that is asked now; none where nobody said any.</summary>
    public IReadOnlyList<Multiaddress> Take(PeerId peer) => _heard.Remove(peer, out var addresses) ? addresses : [];

    /// <summary>Forgets those that the look-up will not ask, once there are too many.</summary>
    public void Trim()
    {
        if (_heard.Count <= max) return;
        foreach (var peer in _heard.Keys.Where(peer => !lookup.MayAsk(peer)).ToArray()) _heard.Remove(peer);
    }
}
