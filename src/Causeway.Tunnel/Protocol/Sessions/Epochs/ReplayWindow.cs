namespace Causeway.Tunnel.Protocol.Sessions.Epochs;

/// <summary>
/// Which counters of an epoch and direction were seen: a ring of words (RFC 6479) that moves by clearing the words it passes, never by shifting. It
/// covers the highest counter and the 65 535 below; with paths whose delays differ by 40 ms, 6 Gbit/s of 1500-byte frames puts 20 000 between them.
/// </summary>
internal sealed class ReplayWindow
{
    /// <summary>The number of counters that it covers.</summary>
    internal const int Size = 65_536;

    private const int WordBits = 64;

    // One word more than the size: the window's end and beginning may share no word.
    private const ulong WordCount = (Size / WordBits) + 1;

    private readonly ulong[] _words = new ulong[WordCount];
    private ulong _highest;
    private bool _any;

    /// <summary>Whether a counter is neither too old nor seen. Asking changes nothing.</summary>
    internal bool IsFresh(ulong counter)
    {
        if (!_any || counter > _highest) return true;
        return _highest - counter < Size && (_words[counter / WordBits % WordCount] & Bit(counter)) == 0;
    }

    /// <summary>Marks a fresh counter as seen. Only for frames that are authentic.</summary>
    internal void Mark(ulong counter)
    {
        if (_any && counter > _highest)
        {
            var from = _highest / WordBits;
            var steps = Math.Min((counter / WordBits) - from, WordCount);
            for (ulong i = 1; i <= steps; i++) _words[(from + i) % WordCount] = 0;
        }

        if (!_any || counter > _highest) _highest = counter;
        _any = true;
        _words[counter / WordBits % WordCount] |= Bit(counter);
    }

    private static ulong Bit(ulong counter) => 1UL << (int)(counter % WordBits);
}
