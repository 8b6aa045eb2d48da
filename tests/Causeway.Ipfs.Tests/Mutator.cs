namespace Causeway.Ipfs.Tests;

/// <summary>Makes hostile input: noise, and valid samples that are cut, joined and changed. The same seed gives the same inputs.</summary>
internal sealed class Mutator(int seed)
{
    private readonly Random _random = new(seed);
    private readonly byte[] _buffer = new byte[4096];

    /// <summary>The next input; valid until the one after it.</summary>
    public ReadOnlySpan<byte> Next(byte[][] samples)
    {
        if (_random.Next(8) == 0)
        {
            var noise = _buffer.AsSpan(0, _random.Next(80));
            _random.NextBytes(noise);
            return noise;
        }

        var length = Splice(samples[_random.Next(samples.Length)], samples[_random.Next(samples.Length)]);
        for (var change = _random.Next(4); change > 0 && length > 0; change--) _buffer[_random.Next(length)] = (byte)_random.Next(256);
        return _buffer.AsSpan(0, length);
    }

    private int Splice(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var head = _random.Next(3) == 0 ? first[.._random.Next(first.Length + 1)] : first;
        var tail = _random.Next(3) == 0 ? second[_random.Next(second.Length + 1)..] : default;
        head.CopyTo(_buffer);
        tail.CopyTo(_buffer.AsSpan(head.Length));
        return head.Length + tail.Length;
    }
}
