using System.Runtime.InteropServices;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Relay.Hop;

/// <summary>Counts circuits: in all, and at each peer. Thread-safe.</summary>
internal sealed class CircuitTable(CircuitRelayOptions options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<PeerId, int> _peers = [];
    private int _count;

    /// <summary>Circuits open.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _count;
        }
    }

    /// <summary>Takes a place for a circuit between two peers; false when one of the limits is reached.</summary>
    public bool TryOpen(PeerId source, PeerId target)
    {
        lock (_lock)
        {
            if (_count >= options.MaxCircuits) return false;
            if (_peers.GetValueOrDefault(source) >= options.MaxCircuitsPerPeer || _peers.GetValueOrDefault(target) >= options.MaxCircuitsPerPeer) return false;
            _count++;
            Change(source, 1);
            Change(target, 1);
            return true;
        }
    }

    /// <summary>Gives the place back.</summary>
    public void Close(PeerId source, PeerId target)
    {
        lock (_lock)
        {
            _count--;
            Change(source, -1);
            Change(target, -1);
        }
    }

    private void Change(PeerId peer, int by)
    {
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_peers, peer, out _);
        count += by;
        if (count == 0) _peers.Remove(peer);
    }
}
