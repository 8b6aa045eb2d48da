namespace Causeway.Lab.Links;

/// <summary>
/// One direction of a link, without frames and without a clock: says for each frame whether it is lost and when it comes out. Frames never overtake each other,
/// also when the delay becomes shorter. Not thread-safe.
/// </summary>
internal sealed class DelayLine
{
    private readonly (int Slot, int Length, long Due)[] _frames;
    private readonly int _seedOffset;
    private LinkConditions _conditions;
    private LossGenerator _loss;
    private int _head;
    private long _transmitterFree;
    private long _lastDue;
    private long _carried;
    private long _carriedBytes;
    private long _lost;
    private long _overflowed;

    /// <summary>An empty line.</summary>
    /// <param name="conditions">What it does to frames.</param>
    /// <param name="seedOffset">Added to the seed.</param>
    /// <param name="capacity">How many frames it holds at most.</param>
    public DelayLine(LinkConditions conditions, int seedOffset, int capacity)
    {
        _conditions = conditions;
        _seedOffset = seedOffset;
        _loss = new LossGenerator(conditions.Seed + seedOffset);
        _frames = new (int, int, long)[capacity];
    }

    /// <summary>What it does to frames that enter from now on. A different seed starts the draws anew.</summary>
    public LinkConditions Conditions
    {
        get => _conditions;
        set
        {
            if (value.Seed != _conditions.Seed) _loss = new LossGenerator(value.Seed + _seedOffset);
            _conditions = value;
        }
    }

    /// <summary>Frames on the way.</summary>
    public int Count { get; private set; }

    /// <summary>When the next frame comes out, in nanoseconds; nothing if none is on the way.</summary>
    public long? NextDue => Count == 0 ? null : _frames[_head].Due;

    /// <summary>What it has done so far.</summary>
    public DirectionStatistics Statistics => new(_carried, _carriedBytes, _lost, _overflowed);

    /// <summary>A frame enters.</summary>
    /// <param name="slot">What the caller knows it by.</param>
    /// <param name="length">Its bytes, for the rate.</param>
    /// <param name="now">The time, in nanoseconds.</param>
    /// <returns>False: it is lost or did not fit, and the slot is the caller's again.</returns>
    public bool TryEnter(int slot, int length, long now)
    {
        if (_loss.NextIsLost(_conditions.Loss))
        {
            _lost++;
            return false;
        }

        var start = Math.Max(now, _transmitterFree);
        if (Count == _frames.Length || (_conditions.BitsPerSecond > 0 && start - now > Nanoseconds(_conditions.Buffer)))
        {
            _overflowed++;
            return false;
        }

        _transmitterFree = _conditions.BitsPerSecond > 0 ? start + (long)(length * 8e9 / _conditions.BitsPerSecond) : now;
        _lastDue = Math.Max(_lastDue, _transmitterFree + Nanoseconds(_conditions.Delay));
        _frames[(_head + Count) % _frames.Length] = (slot, length, _lastDue);
        Count++;
        _carried++;
        _carriedBytes += length;
        return true;
    }

    /// <summary>Takes the next frame, if it is due.</summary>
    public bool TryLeave(long now, out int slot, out int length)
    {
        (slot, length, var due) = _frames[_head];
        if (Count == 0 || due > now) return false;
        _head = (_head + 1) % _frames.Length;
        Count--;
        return true;
    }

    /// <summary>A frame could not be given to the line at all.</summary>
    public void CountOverflow() => _overflowed++;

    private static long Nanoseconds(TimeSpan time) => time.Ticks * 100;
}
