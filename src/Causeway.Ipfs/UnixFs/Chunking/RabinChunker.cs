using System.Numerics;

namespace Causeway.Ipfs.UnixFs.Chunking;

/// <summary>
/// Rabin's fingerprint over a window of 16 bytes: the window's bits as a polynomial, reduced. Of a fingerprint so made only the last 16 bytes count, so nothing
/// before a leaf's shortest length is looked at but those. Source of window, tables and reduction: <c>github.com/whyrusleeping/chunker</c>, <c>rabin-wasm</c>.
/// </summary>
internal sealed class RabinChunker : Chunker
{
    public const int Window = 16;
    private const int Degree = 53;

    private readonly int _min;
    private readonly ulong _mask;

    // What a byte that leaves the window still contributes, and what eight bits above the degree reduce to (with themselves, so that one XOR removes them).
    private readonly ulong[] _leaving = new ulong[256];
    private readonly ulong[] _reduced = new ulong[256];

    public RabinChunker(int average, int min, int max, RabinPolynomial polynomial) : base(max)
    {
        _min = min;
        _mask = (1UL << BitOperations.Log2((uint)average)) - 1;
        for (var value = 0UL; value < 256; value++)
        {
            var high = value << Degree;
            _reduced[value] = Reduce(high, (ulong)polynomial) | high;
            var hash = value;
            for (var i = 1; i < Window; i++) hash = Reduce(hash << 8, (ulong)polynomial);
            _leaving[value] = hash;
        }
    }

    internal override int Cut(ReadOnlySpan<byte> window)
    {
        if (window.Length <= _min) return window.Length;
        var digest = 0UL;
        for (var i = _min - Window; i < _min; i++) digest = Append(digest, window[i]);
        var end = _min;
        while (end < window.Length && (digest & _mask) != 0)
        {
            digest = Append(digest ^ _leaving[window[end - Window]], window[end]);
            end++;
        }

        return end;
    }

    private static ulong Reduce(ulong value, ulong polynomial)
    {
        while (BitOperations.Log2(value | 1) is var degree && degree >= Degree) value ^= polynomial << (degree - Degree);
        return value;
    }

    private ulong Append(ulong digest, byte next) => ((digest << 8) | next) ^ _reduced[digest >> (Degree - 8)];
}
