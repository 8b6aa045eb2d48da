using System.Buffers;

namespace Causeway.Gateway.Messaging;

/// <summary>A message on its way to another gateway, encoded once. Changed only under its window's lock.</summary>
internal sealed class OutgoingMessage
{
    /// <summary>
    /// Longest frame from the pool. Larger ones are plain arrays: they are written without a copy and may still be on the wire while they are acknowledged or given up.
    /// </summary>
    public const int PooledUpTo = 16 * 1024;

    /// <summary>Bytes that a message occupies beside its frame: the object, its place in the queue, the array's header, with room to spare.</summary>
    public const int Overhead = 128;

    private byte[]? _buffer;

    /// <summary>The <see cref="Cost"/> of a message that is not yet made.</summary>
    public static int CostOf(int idLength, int jsonLength) => MessageCodec.DataLength(idLength, jsonLength) + Overhead;

    /// <summary>Encodes a message.</summary>
    public OutgoingMessage(uint sequence, ReadOnlySpan<byte> id, ReadOnlySpan<byte> json, long? ack)
    {
        Sequence = sequence;
        Ack = ack;
        Length = MessageCodec.DataLength(id.Length, json.Length);
        _buffer = Length <= PooledUpTo ? ArrayPool<byte>.Shared.Rent(Length) : GC.AllocateUninitializedArray<byte>(Length);
        MessageCodec.WriteData(_buffer.AsSpan(0, Length), id, json);
    }

    /// <summary>Its place in the order of the channel.</summary>
    public uint Sequence { get; }

    /// <summary>The page's acknowledgement number; null when it wants none.</summary>
    public long? Ack { get; }

    /// <summary>The frame's length with its header.</summary>
    public int Length { get; }

    /// <summary>What it counts in its page's memory, until it is acknowledged or given up.</summary>
    public int Cost => Length + Overhead;

    /// <summary>Whether it was ever given to a stream.</summary>
    public bool WasSent { get; set; }

    /// <summary>Whether the other gateway has it.</summary>
    public bool IsAcknowledged { get; private set; }

    /// <summary>Whether the frame outlives its acknowledgement, so that it can be written without being copied.</summary>
    public bool IsLarge => Length > PooledUpTo;

    /// <summary>The frame; empty after <see cref="Release"/>.</summary>
    public ReadOnlyMemory<byte> Frame => _buffer.AsMemory(0, _buffer is null ? 0 : Length);

    /// <summary>The other gateway has it: the frame is not needed any more.</summary>
    public void Acknowledge()
    {
        IsAcknowledged = true;
        Release();
    }

    /// <summary>Gives the buffer back.</summary>
    public void Release()
    {
        var buffer = _buffer;
        _buffer = null;
        if (buffer is not null && !IsLarge) ArrayPool<byte>.Shared.Return(buffer);
    }
}
