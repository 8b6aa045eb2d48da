using Causeway.Multiformats;

namespace Causeway.Ipfs.Bitswap.Client;

/// <summary>The last so many hashes, each once; past them the oldest is forgotten.</summary>
internal sealed class RecentHashes(int max)
{
    private readonly Queue<Multihash> _order = [];
    private readonly HashSet<Multihash> _hashes = [];

    public bool Contains(Multihash hash) => _hashes.Contains(hash);

    public void Add(Multihash hash)
    {
        if (!_hashes.Add(hash)) return;
        _order.Enqueue(hash);
        if (_order.Count > max) _hashes.Remove(_order.Dequeue());
    }
}
