using System.Buffers;

namespace Causeway.Libp2p.Negotiation;

/// <summary>
/// Reassembles one message at a time. It says how many bytes are certain to belong to the current message, so that a driver
/// never reads into what follows the negotiation.
/// </summary>
internal sealed class MultistreamDecoder : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(64);
    private int _filled;
    private int _prefix;
    private int _length = -1;

    /// <summary>How many bytes the current message needs at least; 0 once it is complete.</summary>
    public int Wanted => _length < 0 ? 1 : _prefix + _length - _filled;

    /// <summary>The complete message without its length and newline. Valid until <see cref="Next"/>.</summary>
    public ReadOnlySpan<byte> Message => _buffer.AsSpan(_prefix, _length - 1);

    /// <summary>Takes up to <see cref="Wanted"/> bytes.</summary>
    /// <exception cref="Libp2pException">The bytes are not a message.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer.AsSpan(_filled));
        _filled += bytes.Length;
        if (_length < 0) ReadLength();
        if (_length >= 0 && Wanted == 0 && _buffer[_filled - 1] != '\n') throw Violation("a message without its newline");
    }

    /// <summary>Starts over with the next message.</summary>
    public void Next()
    {
        _filled = _prefix = 0;
        _length = -1;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
    }

    internal static Libp2pException Violation(string what) =>
        new(Libp2pError.ProtocolViolation, $"Protocol negotiation failed: the other end sent {what}; it may not be a libp2p peer.");

    private void ReadLength()
    {
        if (_filled == 1 && _buffer[0] >= 0x80) return;
        if (_filled == 2 && (_buffer[1] >= 0x80 || _buffer[1] == 0)) throw Violation("a malformed or oversized message length");
        var length = _filled == 1 ? _buffer[0] : (_buffer[0] & 0x7F) | (_buffer[1] << 7);
        if (length is 0 or > MultistreamMessage.MaxLength) throw Violation("an empty or oversized message");
        _length = length;
        _prefix = _filled;
        if (_prefix + length <= _buffer.Length) return;
        var larger = ArrayPool<byte>.Shared.Rent(_prefix + length);
        _buffer.AsSpan(0, _filled).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
