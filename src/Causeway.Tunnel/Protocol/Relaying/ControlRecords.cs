using System.Buffers.Binary;
using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Protocol.Relaying;

/// <summary>The small records, which have no type of their own: written whole, read from a body whose length <see cref="RecordHeader"/> has checked.</summary>
public static class ControlRecords
{
    /// <summary>The longest of them in bytes, header included (BLOCK).</summary>
    public const int MaxSize = RecordHeader.Size + TunnelPeerId.Size + 4;

    /// <summary>The longest time that a BLOCK lasts.</summary>
    public static readonly TimeSpan MaxBlock = TimeSpan.FromSeconds(86_400);

    /// <summary>UNREACHABLE; returns its length.</summary>
    public static int WriteUnreachable(Span<byte> destination, TunnelPeerId peer, UnreachableReason reason)
    {
        new RecordHeader(RecordType.Unreachable, TunnelPeerId.Size + 1).Write(destination);
        peer.CopyTo(destination[RecordHeader.Size..]);
        destination[RecordHeader.Size + TunnelPeerId.Size] = (byte)reason;
        return RecordHeader.Size + TunnelPeerId.Size + 1;
    }

    /// <summary>BLOCK; returns its length.</summary>
    public static int WriteBlock(Span<byte> destination, TunnelPeerId peer, TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(time, MaxBlock);
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        new RecordHeader(RecordType.Block, TunnelPeerId.Size + 4).Write(destination);
        peer.CopyTo(destination[RecordHeader.Size..]);
        BinaryPrimitives.WriteUInt32BigEndian(destination[(RecordHeader.Size + TunnelPeerId.Size)..], (uint)time.TotalSeconds);
        return RecordHeader.Size + TunnelPeerId.Size + 4;
    }

    /// <summary>PING; returns its length.</summary>
    public static int WritePing(Span<byte> destination, ulong value)
    {
        new RecordHeader(RecordType.Ping, 8).Write(destination);
        BinaryPrimitives.WriteUInt64BigEndian(destination[RecordHeader.Size..], value);
        return RecordHeader.Size + 8;
    }

    /// <summary>PONG; returns its length.</summary>
    /// <param name="destination">13 bytes and more.</param>
    /// <param name="value">The value of the PING.</param>
    /// <param name="load">How busy the relay is, 0 to 100; 0 from a member.</param>
    public static int WritePong(Span<byte> destination, ulong value, byte load)
    {
        new RecordHeader(RecordType.Pong, 9).Write(destination);
        BinaryPrimitives.WriteUInt64BigEndian(destination[RecordHeader.Size..], value);
        destination[RecordHeader.Size + 8] = load;
        return RecordHeader.Size + 9;
    }

    /// <summary>DRAIN; returns its length.</summary>
    public static int WriteDrain(Span<byte> destination, ushort seconds)
    {
        new RecordHeader(RecordType.Drain, 2).Write(destination);
        BinaryPrimitives.WriteUInt16BigEndian(destination[RecordHeader.Size..], seconds);
        return RecordHeader.Size + 2;
    }

    /// <summary>Reads the body of UNREACHABLE.</summary>
    public static bool TryReadUnreachable(ReadOnlySpan<byte> body, out TunnelPeerId peer, out UnreachableReason reason)
    {
        (peer, reason) = (default, default);
        if (body.Length != TunnelPeerId.Size + 1 || body[^1] is not (1 or 2)) return false;
        peer = TunnelPeerId.Read(body[..TunnelPeerId.Size]);
        reason = (UnreachableReason)body[^1];
        return true;
    }

    /// <summary>Reads the body of BLOCK; a time of zero lifts it.</summary>
    public static bool TryReadBlock(ReadOnlySpan<byte> body, out TunnelPeerId peer, out TimeSpan time)
    {
        (peer, time) = (default, default);
        if (body.Length != TunnelPeerId.Size + 4) return false;
        var seconds = BinaryPrimitives.ReadUInt32BigEndian(body[TunnelPeerId.Size..]);
        if (seconds > MaxBlock.TotalSeconds) return false;
        peer = TunnelPeerId.Read(body[..TunnelPeerId.Size]);
        time = TimeSpan.FromSeconds(seconds);
        return true;
    }

    /// <summary>Reads the body of PONG; a member says 0 for its load.</summary>
    public static bool TryReadPong(ReadOnlySpan<byte> body, RecordSender sender, out ulong value, out byte load)
    {
        (value, load) = (0, 0);
        if (body.Length != 9 || body[8] > (sender == RecordSender.Relay ? 100 : 0)) return false;
        value = BinaryPrimitives.ReadUInt64BigEndian(body);
        load = body[8];
        return true;
    }
}
