using System.Buffers;
using Causeway.Libp2p.Wire;

namespace Causeway.Libp2p.PubSub.Messages;

/// <summary>
/// What a message's signature covers (pubsub spec, "Message Signing"): a prefix, the message without signature and key, unknown fields.
/// </summary>
internal readonly ref struct SignedText
{
    private readonly byte[] _buffer;
    private readonly int _length;

    /// <summary>Collects the text of an encoded message in a rented buffer.</summary>
    public SignedText(ReadOnlySpan<byte> raw, int signedLength, Slice unknown)
    {
        var rest = unknown.Of(raw);
        _length = Prefix.Length + signedLength + rest.Length;
        _buffer = ArrayPool<byte>.Shared.Rent(_length);
        Prefix.CopyTo(_buffer);
        raw[..signedLength].CopyTo(_buffer.AsSpan(Prefix.Length));
        rest.CopyTo(_buffer.AsSpan(Prefix.Length + signedLength));
    }

    /// <summary>The text.</summary>
    public ReadOnlySpan<byte> Span => _buffer.AsSpan(0, _length);

    private static ReadOnlySpan<byte> Prefix => "libp2p-pubsub:"u8;

    /// <summary>Gives the buffer back.</summary>
    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);
}
