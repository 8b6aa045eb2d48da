using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Daemon.Membership;

/// <summary>Bounds the messages that wait to be worked upon: so many of one peer, so many in all. What is too much is asked for again by whoever needs it.</summary>
internal sealed class MessageGate
{
    private const int MaxOfPeer = 16;
    private const int Maximum = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<TunnelPeerId, int> _waiting = [];
    private int _all;

    public bool TryEnter(TunnelPeerId peer)
    {
        lock (_lock)
        {
            var waiting = _waiting.GetValueOrDefault(peer);
            if (_all >= Maximum || waiting >= MaxOfPeer) return false;
            _waiting[peer] = waiting + 1;
            _all++;
            return true;
        }
    }

    public void Leave(TunnelPeerId peer)
    {
        lock (_lock)
        {
            _all--;
            if (--_waiting[peer] == 0) _waiting.Remove(peer);
        }
    }
}
