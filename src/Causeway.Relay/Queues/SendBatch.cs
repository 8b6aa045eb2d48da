using Causeway.Tunnel.Protocol.Relaying.WebSockets;

namespace Causeway.Relay.Queues;

/// <summary>What is sent at once: as one WebSocket message, from where the records lie.</summary>
internal sealed class SendBatch
{
    private readonly List<Chunk> _chunks = [];

    // A pong and a close may come before or after a message.
    private readonly byte[] _header = GC.AllocateUninitializedArray<byte>(WebSocketFrame.MaxHeader + (2 * (WebSocketFrame.MaxControlPayload + 2)), pinned: true);

    /// <summary>The pieces in order. The first is kept for the header.</summary>
    public List<ArraySegment<byte>> Segments { get; } = [default];

    /// <summary>Bytes of records.</summary>
    public int Bytes { get; private set; }

    /// <summary>Whether there are no records.</summary>
    public bool IsEmpty => Bytes == 0;

    /// <summary>Bytes with the header.</summary>
    public int Length => Bytes + Segments[0].Count;

    /// <summary>Adds records.</summary>
    public void Add(Chunk chunk, int offset, int length)
    {
        Bytes += length;
        var last = Segments[^1];
        if (last.Array == chunk.Bytes && last.Offset + last.Count == offset)
        {
            Segments[^1] = new ArraySegment<byte>(chunk.Bytes, last.Offset, last.Count + length);
            return;
        }

        Segments.Add(new ArraySegment<byte>(chunk.Bytes, offset, length));
    }

    /// <summary>Takes over a reference, until <see cref="Clear"/>.</summary>
    public void Keep(Chunk chunk) => _chunks.Add(chunk);

    /// <summary>Writes what comes before the records: control frames, if any, and the header of the message.</summary>
    public void Complete(ReadOnlySpan<byte> controlFrames)
    {
        controlFrames.CopyTo(_header);
        var length = controlFrames.Length;
        if (Bytes > 0) length += WebSocketFrame.WriteHeader(_header.AsSpan(length), WebSocketOpcode.Binary, Bytes);
        Segments[0] = new ArraySegment<byte>(_header, 0, length);
    }

    /// <summary>Gives the chunks back.</summary>
    public void Clear()
    {
        foreach (var chunk in _chunks) chunk.Release();
        _chunks.Clear();
        Segments.RemoveRange(1, Segments.Count - 1);
        Segments[0] = default;
        Bytes = 0;
    }
}
