using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Causeway.Tunnel.Protocol.Handshakes.Keys;

/// <summary>
/// The running hash over everything that both sides said (docs/protocol/tunnel.md §3.3): <c>absorb(t, part) = SHA-512(t ‖ u32 length ‖ part)</c>.
/// Nothing in it is secret.
/// </summary>
public sealed class HandshakeTranscript
{
    private static readonly byte[] Start = SHA512.HashData("causeway tunnel handshake 1"u8);

    private readonly byte[] _hash = new byte[SHA512.HashSizeInBytes];

    private HandshakeTranscript(ReadOnlySpan<byte> hash) => hash.CopyTo(_hash);

    /// <summary>The hash of what was absorbed so far, 64 bytes.</summary>
    public ReadOnlySpan<byte> Hash => _hash;

    /// <summary>Its first 8 bytes as a number: how the next message names the one it answers.</summary>
    public ulong Tag => BinaryPrimitives.ReadUInt64BigEndian(_hash);

    /// <summary>t1, the transcript that begins with a whole HELLO.</summary>
    public static HandshakeTranscript OfHello(ReadOnlySpan<byte> hello)
    {
        var transcript = new HandshakeTranscript(Start);
        transcript.Absorb(hello);
        return transcript;
    }

    /// <summary>A copy that goes its own way: what is invalid must leave no trace in the original.</summary>
    public HandshakeTranscript Fork() => new(_hash);

    /// <summary>Absorbs a part.</summary>
    public void Absorb(ReadOnlySpan<byte> part)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        hash.AppendData(_hash);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(length, (uint)part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
        hash.GetHashAndReset(_hash);
    }
}
