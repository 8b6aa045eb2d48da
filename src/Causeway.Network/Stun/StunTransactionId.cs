using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Causeway.Network.Stun;

/// <summary>The 96 random bits that link an answer to its request (RFC 8489 §5).</summary>
/// <param name="High">The first four bytes.</param>
/// <param name="Low">The other eight.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct StunTransactionId(uint High, ulong Low)
{
    /// <summary>Bytes.</summary>
    public const int Length = 12;

    /// <summary>A new one: nobody who has not seen the request can guess it.</summary>
    public static StunTransactionId Create()
    {
        Span<byte> bytes = stackalloc byte[Length];
        RandomNumberGenerator.Fill(bytes);
        return Read(bytes);
    }

    internal static StunTransactionId Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt32BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[4..]));

    internal void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[4..], Low);
    }
}
