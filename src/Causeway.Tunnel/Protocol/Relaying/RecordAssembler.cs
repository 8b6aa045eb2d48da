using System.Buffers;
using Causeway.Tunnel.Protocol.Relaying.WebSockets;

namespace Causeway.Tunnel.Protocol.Relaying;

/// <summary>Puts whole records together out of a stream that is cut anywhere. Its buffer grows with the record, is bounded by it, and exists only within one.</summary>
public sealed class RecordAssembler(RecordSender sender) : IDisposable
{
    private RecordParser _parser = new(sender);
    private byte[]? _buffer;
    private int _length;

    /// <summary>Whether a record has begun and not ended.</summary>
    public bool IsWithinRecord => _parser.IsWithinRecord;

    /// <summary>Takes bytes until a record is complete or the input is used up.</summary>
    /// <param name="input">What was received; what was used is cut off.</param>
    /// <param name="mask">The mask of the message that it comes from.</param>
    /// <param name="record">The whole record, header included; valid until the next call.</param>
    /// <exception cref="RelayLinkException">A type that this end does not send, or a length that the type cannot have.</exception>
    public bool TryRead(ref ReadOnlySpan<byte> input, ref WebSocketMask mask, out Memory<byte> record)
    {
        record = default;
        if (_length > 0 && _parser is { IsWithinRecord: false }) Release();
        if (!_parser.HasPrefix)
        {
            input = input[_parser.Read(input, ref mask)..];
            if (!_parser.HasPrefix) return false;
            _buffer = ArrayPool<byte>.Shared.Rent(_parser.Header.RecordLength);
            _parser.Prefix.CopyTo(_buffer);
            _length = _parser.Prefix.Length;
        }

        var part = Math.Min(_parser.Remaining, input.Length);
        mask.Copy(input[..part], _buffer.AsSpan(_length));
        input = input[part..];
        _length += part;
        _parser.Take(part);
        if (_parser.Remaining > 0) return false;
        record = _buffer.AsMemory(0, _length);
        _parser.Next();
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => Release();

    private void Release()
    {
        if (_buffer is { } buffer) ArrayPool<byte>.Shared.Return(buffer);
        (_buffer, _length) = (null, 0);
    }
}
