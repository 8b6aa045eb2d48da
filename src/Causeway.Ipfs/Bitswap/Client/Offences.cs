using Causeway.Multiformats;

namespace Causeway.Ipfs.Bitswap.Client;

/// <summary>Who has sent what nobody asked for, or what is no message; and who is banned for it. The owner's lock is held.</summary>
internal sealed class Offences(BitswapOptions options)
{
    // The oldest are forgotten past this many.
    private const int MaxPeers = 4096;

    private readonly Dictionary<PeerId, (int Count, TimeSpan Until)> _peers = [];

    /// <summary>One more. True where the peer is banned now.</summary>
    public bool Add(PeerId peer, TimeSpan now)
    {
        var count = _peers.TryGetValue(peer, out var known) && known.Until > now ? known.Count + 1 : 1;
        if (_peers.Count >= MaxPeers && !_peers.ContainsKey(peer)) _peers.Remove(_peers.MinBy(static other => other.Value.Until).Key);
        _peers[peer] = (count, now + options.BanTime);
        return count >= options.MaxWrongMessages;
    }

    /// <summary>Whether a peer is banned.</summary>
    public bool IsBanned(PeerId peer, TimeSpan now) => _peers.TryGetValue(peer, out var known) && known.Until > now && known.Count >= options.MaxWrongMessages;
}
