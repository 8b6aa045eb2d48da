using Causeway.Ipfs.Bitswap.Wire;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Bitswap.Client;

/// <summary>
/// What all sessions together want of one peer, what it was told of that, and how well it delivers. No I/O: changes are taken by whoever writes to the peer.
/// </summary>
internal sealed class RemotePeer(PeerId id, BitswapOptions options)
{
    // Blocks that were asked for and are not any more may still come; past this many a late one looks as if it had never been asked for.
    private const int MaxRemembered = 4096;

    // How much a new measurement counts.
    private const double Weight = 0.1;

    // No more is asked for than comes within this time.
    private static readonly TimeSpan Horizon = TimeSpan.FromSeconds(4);
    private const int MinWindow = 4;
    private const int FirstWindow = 16;

    private readonly Dictionary<Multihash, Ask> _asks = [];
    private readonly Queue<(Cid Cid, bool IsCancel)> _changes = [];
    private readonly RecentHashes _recent = new(MaxRemembered);
    private bool _tellsAll;
    private int _window = FirstWindow;
    private TimeSpan _lastDelivery;
    private double _blockSeconds;
    private double _blockLength = 64 << 10;

    /// <summary>Who it is.</summary>
    public PeerId Id => id;

    /// <summary>Blocks that it owes us.</summary>
    public int Outstanding { get; private set; }

    /// <summary>When something came of it, or it began to owe us something.</summary>
    public TimeSpan LastProgress { get; set; }

    /// <summary>Whether it is connected and speaks the protocol.</summary>
    public bool IsConnected { get; set; }

    /// <summary>Whether there is something to tell it.</summary>
    public bool HasChanges => _changes.Count > 0 || _tellsAll;

    /// <summary>How many things it was or is to be asked.</summary>
    public int AskCount => _asks.Count;

    /// <summary>Whether it may be asked for one more block now.</summary>
    public bool IsFree => Outstanding < Limit;

    /// <summary>When a block asked for now might be here, in seconds; less is better. A newcomer is tried.</summary>
    public double ExpectedSeconds => (Outstanding + 1) * _blockSeconds;

    private int Limit
    {
        get
        {
            var limit = Math.Min(_window, options.MaxOutstandingBlocks);
            limit = (int)Math.Min(limit, Math.Max(MinWindow, options.MaxOutstandingBytes / _blockLength));
            return _blockSeconds > 0 ? (int)Math.Min(limit, Math.Max(MinWindow, Horizon.TotalSeconds / _blockSeconds)) : limit;
        }
    }

    /// <summary>Asks for a block, or whether it is there. What was asked already is not asked again, unless the answer was no or did not come.</summary>
    public void Ask(Cid cid, WantType type, TimeSpan now)
    {
        if (!_asks.TryGetValue(cid.Hash, out var ask)) _asks[cid.Hash] = ask = new Ask(cid, type);
        else if (ask.Type <= type && !ask.IsAnswered) return;
        else if (ask.IsOutstanding) Outstanding--;
        (ask.Type, ask.IsAnswered, ask.IsSent) = (type < ask.Type ? type : ask.Type, false, false);
        if (ask.IsOutstanding && Outstanding++ == 0) LastProgress = _lastDelivery = now;
        _changes.Enqueue((ask.Cid, false));
    }

    /// <summary>Whether it was asked about a block.</summary>
    public bool IsAsked(Multihash hash) => _asks.TryGetValue(hash, out var ask) && !ask.IsAnswered;

    /// <summary>Whether it may know that we want, or wanted, a block.</summary>
    public bool Remembers(Multihash hash) => _asks.ContainsKey(hash) || _recent.Contains(hash);

    /// <summary>It has sent the block, and has nothing more to say about it.</summary>
    public void Delivered(Multihash hash, int length, TimeSpan now)
    {
        if (!_asks.Remove(hash, out var ask)) return;
        _recent.Add(hash);
        var wasFull = Outstanding >= Limit - 1;
        if (ask.IsOutstanding) Outstanding--;
        _blockLength += Weight * (length - _blockLength);
        var seconds = Math.Max(1e-6, (now - _lastDelivery).TotalSeconds);
        _blockSeconds = _blockSeconds == 0 ? seconds : _blockSeconds + (Weight * (seconds - _blockSeconds));
        LastProgress = _lastDelivery = now;
        if (wasFull && _window < options.MaxOutstandingBlocks) _window++;
    }

    /// <summary>It has the block. Whoever was asked only for that has forgotten the question.</summary>
    public void Has(Multihash hash)
    {
        if (!_asks.TryGetValue(hash, out var ask) || ask.Type != WantType.Have) return;
        _asks.Remove(hash);
        _recent.Add(hash);
    }

    /// <summary>It has not got the block, or took too long. The want stays with it: it may send the block later.</summary>
    public void Lacks(Multihash hash)
    {
        if (!_asks.TryGetValue(hash, out var ask)) return;
        if (ask.IsOutstanding) Outstanding--;
        ask.IsAnswered = true;
    }

    /// <summary>It owed us something and sent nothing: nothing is expected of it, and it is asked for less.</summary>
    public void Stalled()
    {
        Abandon();
        _window = Math.Max(MinWindow, _window / 4);
    }

    /// <summary>Nothing is expected of it any more.</summary>
    public void Abandon()
    {
        foreach (var ask in _asks.Values) ask.IsAnswered |= ask.Type == WantType.Block;
        Outstanding = 0;
    }

    /// <summary>Nobody wants the block any more.</summary>
    public void Cancel(Multihash hash)
    {
        if (!_asks.Remove(hash, out var ask)) return;
        if (ask.IsOutstanding) Outstanding--;
        if (!ask.IsSent) return;
        _recent.Add(hash);
        _changes.Enqueue((ask.Cid, true));
    }

    /// <summary>What it was told may be lost: it is told everything again.</summary>
    public void TellAgain()
    {
        _changes.Clear();
        foreach (var ask in _asks.Values)
        {
            ask.IsSent = false;
            _changes.Enqueue((ask.Cid, false));
        }

        _tellsAll = _asks.Count > 0;
    }

    /// <summary>Moves what is to be told into a message.</summary>
    /// <param name="message">Where to.</param>
    /// <param name="max">Lines at most.</param>
    public void TakeChanges(OutgoingMessage message, int max)
    {
        message.IsFull = _tellsAll;
        _tellsAll = false;
        while (message.WantCount < max && _changes.TryDequeue(out var change))
        {
            var isAsked = _asks.TryGetValue(change.Cid.Hash, out var ask);
            if (change.IsCancel)
            {
                if (!isAsked) message.Add(new WantEntry(change.Cid, IsCancel: true));
            }
            else if (isAsked && !ask!.IsSent)
            {
                ask.IsSent = true;
                message.Add(new WantEntry(change.Cid, ask.Type, SendDontHave: true));
            }
        }
    }
}
