using System.Buffers;

namespace Causeway.Cryptography.Hybrid;

/// <summary>
/// What both halves of a hybrid signature sign: a fixed text ‖ the fingerprint of the whole key ‖ the label's length (one byte) ‖ the label ‖ the message.
/// Neither half can be taken for a signature of another key pair or in another role, nor for one that its key made alone.
/// </summary>
internal readonly ref struct SignedMessage
{
    private readonly byte[] _buffer;
    private readonly int _length;

    internal SignedMessage(ReadOnlySpan<byte> fingerprint, ReadOnlySpan<byte> label, ReadOnlySpan<byte> message)
    {
        if (label.Length is 0 or > 255) throw new ArgumentException($"A label has 1 to 255 bytes, not {label.Length}.", nameof(label));
        _length = checked(Prefix.Length + fingerprint.Length + 1 + label.Length + message.Length);
        _buffer = ArrayPool<byte>.Shared.Rent(_length);
        Prefix.CopyTo(_buffer);
        var rest = _buffer.AsSpan(Prefix.Length);
        fingerprint.CopyTo(rest);
        rest = rest[fingerprint.Length..];
        rest[0] = (byte)label.Length;
        label.CopyTo(rest[1..]);
        message.CopyTo(rest[(1 + label.Length)..]);
    }

    internal ReadOnlySpan<byte> Span => _buffer.AsSpan(0, _length);

    private static ReadOnlySpan<byte> Prefix => "causeway hybrid signature 1"u8;

    // Messages are not secret by themselves, but the pool hands its arrays to anybody.
    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
}
