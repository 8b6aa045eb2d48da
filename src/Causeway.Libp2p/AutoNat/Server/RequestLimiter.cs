using System.Net;
using Causeway.Multiformats;

namespace Causeway.Libp2p.AutoNat.Server;

/// <summary>Counts requests of the last minute and those under way: in all, per peer, per address. Remembers no more than a minute's requests. Thread-safe.</summary>
internal sealed class RequestLimiter(AutoNatServerOptions options, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Queue<(DateTimeOffset At, PeerId Peer, IPAddress Address)> _recent = [];
    private readonly Queue<DateTimeOffset> _recentData = [];
    private readonly Dictionary<PeerId, int> _recentByPeer = [];
    private readonly Dictionary<IPAddress, int> _recentByAddress = [];
    private readonly Dictionary<PeerId, int> _runningByPeer = [];
    private int _running;

    /// <summary>Peers and addresses remembered.</summary>
    public int Remembered
    {
        get
        {
            lock (_lock) return _recentByPeer.Count + _recentByAddress.Count + _runningByPeer.Count;
        }
    }

    /// <summary>Lets a request in, or refuses it. Whoever was let in calls <see cref="Leave"/>.</summary>
    public bool TryEnter(PeerId peer, IPAddress address)
    {
        var source = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? address : Observations.ObserverGroup.Of(address);
        lock (_lock)
        {
            Forget();
            if (_running >= options.MaxConcurrent || _runningByPeer.GetValueOrDefault(peer) >= options.MaxConcurrentPerPeer) return false;
            if (_recent.Count >= options.RequestsPerMinute || _recentByPeer.GetValueOrDefault(peer) >= options.RequestsPerMinuteAndPeer
                || _recentByAddress.GetValueOrDefault(source) >= options.RequestsPerMinuteAndAddress) return false;
            _recent.Enqueue((time.GetUtcNow(), peer, source));
            Add(_recentByPeer, peer, 1);
            Add(_recentByAddress, source, 1);
            Add(_runningByPeer, peer, 1);
            _running++;
            return true;
        }
    }

    /// <summary>A request has ended.</summary>
    public void Leave(PeerId peer)
    {
        lock (_lock)
        {
            _running--;
            Add(_runningByPeer, peer, -1);
        }
    }

    /// <summary>Whether one more other IP address may be dialed.</summary>
    public bool TryEnterData()
    {
        lock (_lock)
        {
            Forget();
            if (_recentData.Count >= options.DialDataPerMinute) return false;
            _recentData.Enqueue(time.GetUtcNow());
            return true;
        }
    }

    private void Forget()
    {
        var before = time.GetUtcNow() - Window;
        while (_recent.TryPeek(out var oldest) && oldest.At <= before)
        {
            _recent.Dequeue();
            Add(_recentByPeer, oldest.Peer, -1);
            Add(_recentByAddress, oldest.Address, -1);
        }

        while (_recentData.TryPeek(out var data) && data <= before) _recentData.Dequeue();
    }

    private static void Add<T>(Dictionary<T, int> counts, T key, int change)
        where T : notnull
    {
        var count = counts.GetValueOrDefault(key) + change;
        if (count > 0) counts[key] = count;
        else counts.Remove(key);
    }
}
