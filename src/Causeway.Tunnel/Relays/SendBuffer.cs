using Causeway.Cryptography.Secrets;
using Causeway.Tunnel.Protocol.Relaying.WebSockets;

namespace Causeway.Tunnel.Relays;

/// <summary>
/// Collects records into one WebSocket message. They are masked while they are copied, so that masking costs no pass of its own, and the message is sent in one
/// piece. There are two: one is filled while the other is under way.
/// </summary>
internal sealed class SendBuffer(int capacity, RandomSource random)
{
    // The payload of a frame begins here; its header goes before it, when its length is known.
    private const int HeaderRoom = 16;

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(HeaderRoom + capacity, pinned: true);
    private WebSocketMask _mask;
    private WebSocketMask _first;

    /// <summary>Bytes collected.</summary>
    public int Length { get; private set; }

    /// <summary>Adds records, if there is room for them; an empty buffer has room for everything that fits at all.</summary>
    public bool TryAdd(ReadOnlySpan<byte> records)
    {
        if (Length + records.Length > capacity) return false;
        if (Length == 0)
        {
            Span<byte> key = stackalloc byte[4];
            random.Fill(key);
            _first = _mask = new WebSocketMask(BitConverter.ToUInt32(key));
        }

        _mask.Copy(records, _bytes.AsSpan(HeaderRoom + Length));
        Length += records.Length;
        return true;
    }

    /// <summary>Whether there is room for so many bytes.</summary>
    public bool HasRoom(int length) => Length + length <= capacity;

    /// <summary>The message, header and all.</summary>
    public ReadOnlyMemory<byte> Finish()
    {
        var header = WebSocketFrame.HeaderLength(Length, isMasked: true);
        WebSocketFrame.WriteHeader(_bytes.AsSpan(HeaderRoom - header), WebSocketOpcode.Binary, Length, _first);
        return _bytes.AsMemory(HeaderRoom - header, header + Length);
    }

    /// <summary>Begins anew.</summary>
    public void Clear() => Length = 0;
}
