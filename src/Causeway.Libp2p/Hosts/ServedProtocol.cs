using Causeway.Libp2p.Streams;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Hosts;

/// <summary>A protocol that a host serves, with the count of each peer's streams.</summary>
internal sealed class ServedProtocol(string id, StreamHandler handler, ProtocolOptions options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<PeerId, int> _streams = [];

    public string Id => id;

    public StreamHandler Handler => handler;

    public bool AllowLimited => options.AllowLimited;

    public bool TryEnter(PeerId peer)
    {
        lock (_lock)
        {
            var streams = _streams.GetValueOrDefault(peer);
            if (streams >= options.MaxInboundStreamsPerPeer) return false;
            _streams[peer] = streams + 1;
            return true;
        }
    }

    public void Leave(PeerId peer)
    {
        lock (_lock)
        {
            if (_streams.TryGetValue(peer, out var streams) && streams > 1) _streams[peer] = streams - 1;
            else _streams.Remove(peer);
        }
    }
}
