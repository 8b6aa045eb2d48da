using Causeway.Cryptography.Aead;
using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Tunnel.Protocol.Handshakes.Messages;

/// <summary>RESPONSE (docs/protocol/tunnel.md §3.1), a view of the bytes it was read from.</summary>
public readonly ref struct ResponseMessage
{
    /// <summary>The length of what is sealed: signature, confirmation, parameters.</summary>
    public const int ProofSize = HandshakeSizes.Signature + HandshakeSizes.Confirmation + HandshakeParameters.Size;

    /// <summary>The length of everything up to and with the ciphertext.</summary>
    public const int ClearSize = 4 + HandshakeSizes.Tag + HandshakeSizes.Ciphertext;

    /// <summary>The length in bytes.</summary>
    public const int Size = ClearSize + ProofSize + AeadCipher.TagSize;

    /// <summary>The first 8 bytes of the CHALLENGE's transcript hash, as a number.</summary>
    public ulong ChallengeTag { get; private init; }

    /// <summary>The ML-KEM-1024 ciphertext.</summary>
    public ReadOnlySpan<byte> Ciphertext { get; private init; }

    /// <summary>Everything up to and with the ciphertext.</summary>
    public ReadOnlySpan<byte> Clear { get; private init; }

    /// <summary>The sealed part, with its tag.</summary>
    public ReadOnlySpan<byte> Sealed { get; private init; }

    /// <summary>Reads a whole message; false if it is not exactly one valid RESPONSE of version 1.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out ResponseMessage response)
    {
        response = default;
        var reader = new WireReader(message);
        reader.Require(reader.Byte() == (byte)HandshakeMessageType.Response);
        reader.Require(reader.Byte() == HandshakeSizes.Version);
        reader.Zeros(2);
        var read = new ResponseMessage
        {
            ChallengeTag = reader.UInt64(),
            Ciphertext = reader.Bytes(HandshakeSizes.Ciphertext),
            Clear = reader.Consumed,
            Sealed = reader.Bytes(ProofSize + AeadCipher.TagSize),
        };
        if (!reader.IsComplete) return false;
        response = read;
        return true;
    }

    /// <summary>Writes everything before the ciphertext.</summary>
    public static void WriteHeader(ref WireWriter writer, ulong challengeTag)
    {
        writer.Byte((byte)HandshakeMessageType.Response);
        writer.Byte(HandshakeSizes.Version);
        writer.Zeros(2);
        writer.UInt64(challengeTag);
    }
}
