using System.Text;

namespace Causeway.Libp2p.PubSub.Wire;

/// <summary>Turns topic names into strings, strictly; a peer's recent topics cost no allocation. One per stream, not thread-safe.</summary>
internal sealed class TopicNames(int maxLength)
{
    private const int Remembered = 8;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly (byte[] Bytes, string Text)[] _recent = new (byte[], string)[Remembered];
    private int _next;

    /// <summary>Reads a name; false where it is empty, too long or not UTF-8.</summary>
    public bool TryRead(ReadOnlySpan<byte> bytes, out string topic)
    {
        topic = "";
        if (bytes.IsEmpty || bytes.Length > maxLength) return false;
        foreach (var (known, text) in _recent)
        {
            if (known is null || !bytes.SequenceEqual(known)) continue;
            topic = text;
            return true;
        }

        try
        {
            topic = Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return false;
        }

        _recent[_next] = (bytes.ToArray(), topic);
        _next = (_next + 1) % Remembered;
        return true;
    }
}
