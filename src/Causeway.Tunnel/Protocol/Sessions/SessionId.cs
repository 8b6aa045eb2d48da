using System.Buffers.Binary;

namespace Causeway.Tunnel.Protocol.Sessions;

/// <summary>
/// The 16 bytes that both ends derive from the whole handshake (docs/protocol/tunnel.md §3.3). No secret: its first four bytes are in the header of
/// every frame.
/// </summary>
/// <param name="Value">The bytes as a big-endian number.</param>
public readonly record struct SessionId(UInt128 Value)
{
    /// <summary>The length in bytes.</summary>
    public const int Size = 16;

    /// <summary>The first four bytes, big-endian: what names the session in a frame's header.</summary>
    public uint Tag => (uint)(Value >> 96);

    /// <summary>Reads the first <see cref="Size"/> bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer.</exception>
    public static SessionId Read(ReadOnlySpan<byte> source) => new(BinaryPrimitives.ReadUInt128BigEndian(source));

    /// <summary>Writes <see cref="Size"/> bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is less space.</exception>
    public void CopyTo(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, Value);

    /// <summary>32 hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x32", null);
}
