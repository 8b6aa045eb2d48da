namespace Causeway.Libp2p.Muxing.Yamux;

/// <summary>
/// Remembers which stream IDs the other end has used, in bounded memory. IDs mostly rise, but openers race: a stream's first frame may overtake that of
/// an earlier stream (go-yamux and js-yamux both do that), and skipped IDs may be used later or never.
/// </summary>
/// <param name="odd">Whether the other end's IDs are odd (it is the initiator).</param>
internal sealed class StreamIdLedger(bool odd)
{
    /// <summary>
    /// Ranges of skipped IDs kept. A range costs 8 bytes; peers overtake by a few streams at most, so what is dropped beyond this is abandoned.
    /// </summary>
    public const int MaxGaps = 256;

    private readonly List<(uint First, uint Last)> _gaps = [];
    private long _next = odd ? 1 : 2;

    /// <summary>Ranges of skipped IDs remembered now.</summary>
    public int Gaps => _gaps.Count;

    /// <summary>Whether the other end may use this ID at all.</summary>
    public bool Owns(uint id) => id != 0 && (id & 1) == (odd ? 1u : 0u);

    /// <summary>Whether a stream was opened under this ID at some time.</summary>
    public bool WasOpened(uint id) => id < _next && IndexOf(id) < 0;

    /// <summary>Takes note of an opened stream; false when the ID was used before.</summary>
    public bool TryOpen(uint id)
    {
        if (id >= _next)
        {
            if (id > _next) Skip((uint)_next, id - 2);
            _next = (long)id + 2;
            return true;
        }

        var index = IndexOf(id);
        if (index < 0) return false;
        var (first, last) = _gaps[index];
        _gaps.RemoveAt(index);
        if (id < last) _gaps.Insert(index, (id + 2, last));
        if (id > first) _gaps.Insert(index, (first, id - 2));
        if (_gaps.Count > MaxGaps) _gaps.RemoveAt(0);
        return true;
    }

    private void Skip(uint first, uint last)
    {
        if (_gaps.Count == MaxGaps) _gaps.RemoveAt(0);
        _gaps.Add((first, last));
    }

    private int IndexOf(uint id)
    {
        for (var i = _gaps.Count - 1; i >= 0; i--)
        {
            if (id > _gaps[i].Last) return -1;
            if (id >= _gaps[i].First) return i;
        }

        return -1;
    }
}
