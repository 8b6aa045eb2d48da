namespace Causeway.Multiformats.Tests.Fuzz;

/// <summary>Makes hostile input: noise, and valid samples with a few changes. The same seed gives the same inputs.</summary>
internal sealed class Mutator(int seed)
{
    private readonly Random _random = new(seed);
    private readonly byte[] _buffer = new byte[512];
    private readonly char[] _text = new char[1024];

    public ReadOnlySpan<byte> Next(byte[][] samples)
    {
        if (_random.Next(8) == 0)
        {
            var noise = _buffer.AsSpan(0, _random.Next(80));
            _random.NextBytes(noise);
            return noise;
        }

        var length = Splice(samples[_random.Next(samples.Length)], samples[_random.Next(samples.Length)], _buffer);
        for (var change = _random.Next(4); change > 0 && length > 0; change--)
        {
            _buffer[_random.Next(length)] = (byte)(_random.Next(3) == 0 ? 0x80 << _random.Next(2) : _random.Next(256));
        }

        return _buffer.AsSpan(0, length);
    }

    public string NextText(string[] samples, string alphabet)
    {
        var length = Splice(samples[_random.Next(samples.Length)].AsSpan(), samples[_random.Next(samples.Length)].AsSpan(), _text);
        for (var change = _random.Next(4); change > 0 && length > 0; change--)
        {
            _text[_random.Next(length)] = _random.Next(16) == 0 ? (char)_random.Next(char.MaxValue + 1) : alphabet[_random.Next(alphabet.Length)];
        }

        return new string(_text, 0, length);
    }

    /// <summary>A sample, cut short, continued by another, or as it is.</summary>
    private int Splice<T>(ReadOnlySpan<T> first, ReadOnlySpan<T> second, Span<T> destination)
    {
        var head = _random.Next(3) == 0 ? first[.._random.Next(first.Length + 1)] : first;
        var tail = _random.Next(3) == 0 ? second[_random.Next(second.Length + 1)..] : default;
        head = head[..Math.Min(head.Length, destination.Length)];
        tail = tail[..Math.Min(tail.Length, destination.Length - head.Length)];
        head.CopyTo(destination);
        tail.CopyTo(destination[head.Length..]);
        return head.Length + tail.Length;
    }
}
