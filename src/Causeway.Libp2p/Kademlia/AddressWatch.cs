using Causeway.Multiformats;

namespace Causeway.Libp2p.Kademlia;

/// <summary>
/// Notices when the addresses that others are told of us have changed and stay so. Relays come and go and a new network brings one address after the other: telling everybody about each would be
/// a look-up for every key every time. What changes back in between was no change.
/// </summary>
internal sealed class AddressWatch : IDisposable
{
    /// <summary>Addresses that have stood for so long are taken for the new ones.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(30);

    /// <summary>Where they never stand still, what they are after so long is told all the same.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly Func<IReadOnlyList<Multiaddress>> _current;
    private readonly Action _changed;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private HashSet<Multiaddress>? _settled;
    private DateTimeOffset? _since;
    private DateTimeOffset _last;
    private bool _othersWereTold;
    private long _changedAt;

    /// <summary>Watches. Addresses are unknown at first: the first note is of a change.</summary>
    /// <param name="current">The addresses that others are told.</param>
    /// <param name="changed">Hears of each change that stays.</param>
    /// <param name="time">The clock.</param>
    public AddressWatch(Func<IReadOnlyList<Multiaddress>> current, Action changed, TimeProvider time)
    {
        (_current, _changed, _time) = (current, changed, time);
        _timer = time.CreateTimer(static watch => ((AddressWatch)watch!).Settle(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What was told until then was not what is to be told now; the beginning of time while nothing has changed.</summary>
    public DateTimeOffset ChangedAt => new(Volatile.Read(ref _changedAt), TimeSpan.Zero);

    /// <summary>The addresses may have changed.</summary>
    public void Note()
    {
        lock (_lock)
        {
            _last = _time.GetUtcNow();
            _since ??= _last;
            var left = _since.Value + Limit - _last;
            _timer.Change(left < Quiet ? (left > TimeSpan.Zero ? left : TimeSpan.Zero) : Quiet, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Somebody was told these addresses.</summary>
    public void Told(IReadOnlyList<Multiaddress> addresses)
    {
        lock (_lock) _othersWereTold |= _since is not null && _settled?.SetEquals(addresses) == false;
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Settle()
    {
        lock (_lock)
        {
            if (_since is null) return;
            _since = null;
            var current = _current();
            var isSame = !_othersWereTold && _settled?.SetEquals(current) == true;
            _othersWereTold = false;
            if (isSame) return;
            _settled = [.. current];
            Volatile.Write(ref _changedAt, _last.UtcTicks);
        }

        _changed();
    }
}
