using Causeway.Tunnel.Protocol.Relaying;
using Causeway.Tunnel.Protocol.Relaying.WebSockets;

namespace Causeway.Tunnel.Relays;

/// <summary>
/// The receiving half of a connection: whole records out of what a stream brings. A record that lies in one piece, which is nearly every one, is handed over
/// where it is; one that is cut by the frames of the WebSocket is put together first.
/// </summary>
internal sealed class RecordReceiver(Stream stream, int capacity, Action<WebSocketOpcode, ReadOnlyMemory<byte>> onControlFrame) : IDisposable
{
    // Room that a read should have: less, and what is there moves to the beginning.
    private const int ReadRoom = RecordHeader.MaxRecord + WebSocketFrame.MaxHeader;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(capacity, pinned: true);
    private readonly RecordAssembler _assembler = new(RecordSender.Relay);
    private WebSocketFrameReader _frames = new(isServer: false);
    private int _start;
    private int _end;

    /// <summary>Adds bytes that were read with the server's answer to the upgrade.</summary>
    public void Prepend(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer);
        _end = bytes.Length;
    }

    /// <summary>Reads more; false at the end of the stream.</summary>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_buffer.Length - _end < ReadRoom)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        var count = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += count;
        return count > 0;
    }

    /// <summary>The next record of what was read; valid until the next call.</summary>
    /// <exception cref="RelayLinkException">The relay says what it may not.</exception>
    public bool TryTake(out Memory<byte> record)
    {
        record = default;
        while (_start < _end || _frames.HasFrame)
        {
            if (!_frames.HasFrame)
            {
                _start += _frames.Read(_buffer.AsSpan(_start, _end - _start));
                if (!_frames.HasFrame) return false;
            }

            if (_frames.IsControl)
            {
                if (!TryTakeControlFrame()) return false;
                continue;
            }

            var available = (int)Math.Min(_frames.Remaining, _end - _start);
            if (_frames.Remaining == 0)
            {
                _frames.TakeEmpty();
                continue;
            }

            if (available == 0) return false;
            var where = Locate(available);
            if (where == Where.NotYet) return false;
            if (where == Where.InPlace)
            {
                var length = RecordHeader.Read(_buffer.AsSpan(_start)).RecordLength;
                record = _buffer.AsMemory(_start, length);
                Skip(length);
                return true;
            }

            ReadOnlySpan<byte> input = _buffer.AsSpan(_start, available);
            var isComplete = _assembler.TryRead(ref input, ref _frames.Mask, out record);
            Skip(available - input.Length);
            if (isComplete) return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _assembler.Dispose();

    private enum Where
    {
        NotYet,
        InPlace,
        InPieces,
    }

    private Where Locate(int available)
    {
        if (_assembler.IsWithinRecord) return Where.InPieces;
        if (available < RecordHeader.Size) return _frames.Remaining < RecordHeader.Size ? Where.InPieces : Where.NotYet;
        var header = RecordHeader.Read(_buffer.AsSpan(_start));
        if (!header.IsValidFromRelay) throw new RelayLinkException(RelayRefusalCode.Malformed, $"the relay sends a record of type {(byte)header.Type:x2} and {header.BodyLength} bytes, which is not allowed");
        if (header.RecordLength <= available) return Where.InPlace;
        return header.RecordLength > _frames.Remaining ? Where.InPieces : Where.NotYet;
    }

    private bool TryTakeControlFrame()
    {
        var length = (int)_frames.Remaining;
        if (length > _end - _start) return false;
        var opcode = _frames.Opcode;
        var payload = _buffer.AsMemory(_start, length);
        Skip(length);
        onControlFrame(opcode, payload);
        return true;
    }

    private void Skip(int count)
    {
        _start += count;
        _frames.Take(count);
    }
}
