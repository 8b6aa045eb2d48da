using System.Runtime.InteropServices;
using Causeway.Lab.Sockets;

namespace Causeway.Lab.Links;

/// <summary>Room for frames on the way, in slots of one size, and the message headers that the kernel fills and sends them by.</summary>
internal sealed unsafe class FrameStore : IDisposable
{
    /// <summary>Frames per call of the kernel.</summary>
    public const int Batch = 64;

    /// <summary>struct virtio_net_hdr, which the kernel puts in front of each frame.</summary>
    public const int HeaderSize = 10;

    // A frame of MTU 1500 has 1514 bytes, 1518 with a tag; devices of emulated links build no larger ones (gso_max_segs 1).
    private const int SlotSize = 2048;

    private readonly byte* _memory;
    private readonly Message* _messages;
    private readonly Segment* _segments;
    private readonly int[] _slots = new int[Batch];
    private readonly int[] _free;
    private int _freeCount;

    /// <summary>Room for this many frames. Memory is only used up to the most that was ever on the way: the last slot freed is the next one used.</summary>
    public FrameStore(int capacity)
    {
        _memory = (byte*)NativeMemory.AllocZeroed((nuint)capacity, SlotSize);
        _messages = (Message*)NativeMemory.AllocZeroed(Batch, (nuint)sizeof(Message));
        _segments = (Segment*)NativeMemory.AllocZeroed(Batch, (nuint)sizeof(Segment));
        for (var i = 0; i < Batch; i++) _messages[i] = new Message { Segments = _segments + i, SegmentCount = 1 };
        _free = [.. Enumerable.Range(0, capacity).Reverse()];
        _freeCount = capacity;
    }

    /// <summary>Takes what waits at a socket, up to a batch, into a line.</summary>
    /// <returns>How many frames the socket had; a full batch means that more may wait.</returns>
    public int Receive(PacketSocket socket, DelayLine line, long now)
    {
        var wanted = Math.Min(Batch, _freeCount);
        if (wanted == 0) return Discard(socket, line);
        for (var i = 0; i < wanted; i++)
        {
            _slots[i] = _free[_freeCount - 1 - i];
            _segments[i] = new Segment { Start = _memory + ((nint)_slots[i] * SlotSize), Length = SlotSize };
        }

        var count = Math.Max(0, LibC.ReceiveMany(socket.Handle, _messages, (uint)wanted, 0, null));
        _freeCount -= count;
        for (var i = 0; i < count; i++)
        {
            var length = (int)_messages[i].Length;
            if (length == SlotSize) line.CountOverflow();
            else if (line.TryEnter(_slots[i], length - HeaderSize, now)) continue;
            _free[_freeCount++] = _slots[i];
        }

        return count;
    }

    /// <summary>Sends what is due out of a line.</summary>
    /// <returns>How many frames that was.</returns>
    public int Send(DelayLine line, PacketSocket socket, long now)
    {
        for (var total = 0; ;)
        {
            var count = 0;
            while (count < Batch && line.TryLeave(now, out var slot, out var length))
            {
                _slots[count] = slot;
                _segments[count++] = new Segment { Start = _memory + ((nint)slot * SlotSize), Length = (nuint)(length + HeaderSize) };
            }

            // The kernel stops at a frame that it cannot send (a device is down): that one is gone, as from a pulled cable.
            for (var sent = 0; sent < count; sent++) sent += Math.Max(0, LibC.SendMany(socket.Handle, _messages + sent, (uint)(count - sent), 0));
            for (var i = 0; i < count; i++) _free[_freeCount++] = _slots[i];
            total += count;
            if (count < Batch) return total;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_memory);
        NativeMemory.Free(_messages);
        NativeMemory.Free(_segments);
    }

    private static int Discard(PacketSocket socket, DelayLine line)
    {
        Span<byte> buffer = stackalloc byte[SlotSize];
        var count = 0;
        while (count < Batch && socket.Receive(buffer) > 0) count++;
        for (var i = 0; i < count; i++) line.CountOverflow();
        return count;
    }
}
