using System.Net;
using System.Net.Sockets;

namespace Causeway.Libp2p.PubSub.Scoring;

/// <summary>P6: who shares an IP address. An IPv6 peer counts for its address and for its /64 (go-libp2p-pubsub, <c>score.go</c>, getIPs).</summary>
internal sealed class AddressColocation(PeerScoreParameters parameters)
{
    private const int NetworkBytes = 8;

    private readonly Dictionary<string, HashSet<PeerStats>> _byAddress = [];

    /// <summary>Sets where a peer is.</summary>
    public void Place(PeerStats peer, IEnumerable<IPAddress> addresses)
    {
        Remove(peer);
        peer.Addresses = [.. addresses.Where(IsCounted).SelectMany(Keys).Distinct()];
        foreach (var key in peer.Addresses)
        {
            if (!_byAddress.TryGetValue(key, out var peers)) _byAddress[key] = peers = [];
            peers.Add(peer);
            Invalidate(peers);
        }
    }

    /// <summary>Forgets where a peer was.</summary>
    public void Remove(PeerStats peer)
    {
        foreach (var key in peer.Addresses)
        {
            if (!_byAddress.TryGetValue(key, out var peers)) continue;
            peers.Remove(peer);
            if (peers.Count == 0) _byAddress.Remove(key);
            else Invalidate(peers);
        }

        peer.Addresses = [];
        peer.Score = null;
    }

    /// <summary>The squared surplus, over all of a peer's addresses.</summary>
    public double Factor(PeerStats peer)
    {
        var factor = 0.0;
        foreach (var key in peer.Addresses)
        {
            var surplus = _byAddress[key].Count - parameters.IPColocationFactorThreshold;
            if (surplus > 0) factor += (double)surplus * surplus;
        }

        return factor;
    }

    private static void Invalidate(HashSet<PeerStats> peers)
    {
        foreach (var peer in peers) peer.Score = null;
    }

    private static IEnumerable<string> Keys(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        yield return address.ToString();
        if (address.AddressFamily == AddressFamily.InterNetworkV6) yield return Convert.ToHexString(address.GetAddressBytes(), 0, NetworkBytes) + "/64";
    }

    private bool IsCounted(IPAddress address)
    {
        if (parameters.IPColocationFactorWeight == 0 || IPAddress.IsLoopback(address)) return false;
        foreach (var network in parameters.IPColocationFactorExempt)
        {
            if (network.Contains(address)) return false;
        }

        return true;
    }
}
