using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Causeway.Tunnel.Protocol.Relaying.WebSockets;

/// <summary>
/// Takes a stream of WebSocket frames apart, however it is cut (RFC 6455 §5). Payloads are not kept: <see cref="Remaining"/> bytes after the header are the
/// caller's to take. A struct without references, so that an idle connection holds no buffer.
/// </summary>
public struct WebSocketFrameReader(bool isServer)
{
    private WebSocketMask _mask;
    private Bytes _header;
    private int _length;
    private bool _withinMessage;

    /// <summary>What the frame is.</summary>
    public WebSocketOpcode Opcode { get; private set; }

    /// <summary>The bytes of the payload that were not <see cref="Take"/>n yet.</summary>
    public long Remaining { get; private set; }

    /// <summary>Whether a header is complete; then the payload follows.</summary>
    public bool HasFrame { get; private set; }

    /// <summary>Whether the frame is a control frame (close, ping, pong).</summary>
    public readonly bool IsControl => (byte)Opcode >= 8;

    /// <summary>The mask of the frame, at the place where the payload goes on.</summary>
    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    public ref WebSocketMask Mask => ref _mask;

    /// <summary>Reads on until a header is complete or the input is used up; returns the bytes used.</summary>
    /// <exception cref="RelayLinkException">Something that RFC 6455 does not allow, or a text message.</exception>
    public int Read(ReadOnlySpan<byte> input)
    {
        var used = 0;
        while (used < input.Length)
        {
            var target = HeaderLength;
            var part = Math.Min(target - _length, input.Length - used);
            input.Slice(used, part).CopyTo(((Span<byte>)_header)[_length..]);
            used += part;
            _length += part;
            if (_length < target) break;
            if (_length != HeaderLength) continue;
            Complete();
            break;
        }

        return used;
    }

    /// <summary>Says that this many bytes of the payload were taken; after the last one the next header follows.</summary>
    public void Take(int count)
    {
        Remaining -= count;
        if (Remaining == 0) HasFrame = false;
    }

    /// <summary>Ends a frame without payload.</summary>
    public void TakeEmpty() => Take(0);

    private readonly int HeaderLength
    {
        get
        {
            if (_length < 2) return 2;
            var length = _header[1] & 0x7f;
            return 2 + (length == 126 ? 2 : length == 127 ? 8 : 0) + (_header[1] >= 0x80 ? 4 : 0);
        }
    }

    private void Complete()
    {
        ReadOnlySpan<byte> header = _header;
        var isFinal = header[0] >= 0x80;
        Opcode = (WebSocketOpcode)(header[0] & 0x0f);
        if ((header[0] & 0x70) != 0) throw Malformed("a WebSocket extension that was not agreed on");
        if (header[1] >= 0x80 != isServer) throw Malformed(isServer ? "a frame without a mask" : "a frame with a mask");
        Remaining = (header[1] & 0x7f) switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(header[2..]),
            127 => BinaryPrimitives.ReadInt64BigEndian(header[2..]),
            var length => length,
        };
        if (Remaining < 0) throw Malformed("a frame that is too long");
        switch (Opcode)
        {
            case WebSocketOpcode.Text:
                throw Malformed("a text message");
            case WebSocketOpcode.Binary when !_withinMessage:
            case WebSocketOpcode.Continuation when _withinMessage:
                _withinMessage = !isFinal;
                break;
            case WebSocketOpcode.Close or WebSocketOpcode.Ping or WebSocketOpcode.Pong when isFinal && Remaining <= WebSocketFrame.MaxControlPayload:
                break;
            default:
                throw Malformed("a WebSocket frame out of order");
        }

        _mask = new WebSocketMask(isServer ? BitConverter.ToUInt32(header[(_length - 4)..]) : 0);
        _length = 0;
        HasFrame = true;
    }

    private static RelayLinkException Malformed(string what) => new(RelayRefusalCode.Malformed, what + " is not allowed");

    [InlineArray(WebSocketFrame.MaxHeader)]
    private struct Bytes
    {
        private byte _first;
    }
}
