using Causeway.Cryptography.Aead;
using Causeway.Tunnel.Protocol.Sessions;
using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Tunnel.Protocol.Handshakes.Messages;

/// <summary>ESTABLISHED (docs/protocol/tunnel.md §3.1), a view of the bytes it was read from.</summary>
public readonly ref struct EstablishedMessage
{
    /// <summary>The length of what is sealed: session ID, confirmation, parameters.</summary>
    public const int ProofSize = SessionId.Size + HandshakeSizes.Confirmation + HandshakeParameters.Size;

    /// <summary>The length of everything before the sealed part.</summary>
    public const int ClearSize = 4 + HandshakeSizes.Tag;

    /// <summary>The length in bytes.</summary>
    public const int Size = ClearSize + ProofSize + AeadCipher.TagSize;

    /// <summary>The first 8 bytes of the RESPONSE's transcript hash, as a number.</summary>
    public ulong ResponseTag { get; private init; }

    /// <summary>The sealed part, with its tag.</summary>
    public ReadOnlySpan<byte> Sealed { get; private init; }

    /// <summary>Reads a whole message; false if it is not exactly one valid ESTABLISHED of version 1.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out EstablishedMessage established)
    {
        established = default;
        var reader = new WireReader(message);
        reader.Require(reader.Byte() == (byte)HandshakeMessageType.Established);
        reader.Require(reader.Byte() == HandshakeSizes.Version);
        reader.Zeros(2);
        var read = new EstablishedMessage { ResponseTag = reader.UInt64(), Sealed = reader.Bytes(ProofSize + AeadCipher.TagSize) };
        if (!reader.IsComplete) return false;
        established = read;
        return true;
    }

    /// <summary>Writes everything before the sealed part.</summary>
    public static void WriteHeader(ref WireWriter writer, ulong responseTag)
    {
        writer.Byte((byte)HandshakeMessageType.Established);
        writer.Byte(HandshakeSizes.Version);
        writer.Zeros(2);
        writer.UInt64(responseTag);
    }
}
