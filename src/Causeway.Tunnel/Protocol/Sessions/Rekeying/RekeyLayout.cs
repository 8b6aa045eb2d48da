using System.Buffers.Binary;

namespace Causeway.Tunnel.Protocol.Sessions.Rekeying;

/// <summary>The fields of REKEY and REKEY_ACK (docs/protocol/tunnel.md §4.4).</summary>
public static class RekeyLayout
{
    /// <summary>The number of the new epoch.</summary>
    public const int EpochSize = 2;

    /// <summary>The nonce of REKEY.</summary>
    public const int NonceSize = 32;

    /// <summary>An X25519 public key.</summary>
    public const int AgreementKeySize = 32;

    /// <summary>An ML-KEM-1024 encapsulation key.</summary>
    public const int EncapsulationKeySize = 1568;

    /// <summary>An ML-KEM-1024 ciphertext.</summary>
    public const int CiphertextSize = 1568;

    /// <summary>A hybrid signature: ML-DSA-87 and Ed25519.</summary>
    public const int SignatureSize = 4627 + 64;

    /// <summary>REKEY up to its signature.</summary>
    public const int RekeySignedSize = EpochSize + NonceSize + AgreementKeySize + EncapsulationKeySize;

    /// <summary>REKEY: epoch ‖ nonce ‖ X25519 key ‖ encapsulation key ‖ signature.</summary>
    public const int RekeySize = RekeySignedSize + SignatureSize;

    /// <summary>REKEY_ACK up to its signature.</summary>
    public const int AckSignedSize = EpochSize + AgreementKeySize + CiphertextSize;

    /// <summary>REKEY_ACK: epoch ‖ X25519 key ‖ ciphertext ‖ signature.</summary>
    public const int AckSize = AckSignedSize + SignatureSize;

    /// <summary>The label of both signatures (§1).</summary>
    internal static ReadOnlySpan<byte> Label => "causeway tunnel rekey"u8;

    /// <summary>The new epoch, of either message.</summary>
    internal static ushort Epoch(ReadOnlySpan<byte> body) => BinaryPrimitives.ReadUInt16BigEndian(body);

    /// <summary>REKEY's nonce.</summary>
    internal static Span<byte> Nonce(Span<byte> rekey) => rekey.Slice(EpochSize, NonceSize);

    /// <summary>REKEY's X25519 key.</summary>
    internal static Span<byte> RekeyAgreementKey(Span<byte> rekey) => rekey.Slice(EpochSize + NonceSize, AgreementKeySize);

    /// <summary>REKEY's encapsulation key.</summary>
    internal static Span<byte> EncapsulationKey(Span<byte> rekey) => rekey.Slice(EpochSize + NonceSize + AgreementKeySize, EncapsulationKeySize);

    /// <summary>REKEY_ACK's X25519 key.</summary>
    internal static Span<byte> AckAgreementKey(Span<byte> ack) => ack.Slice(EpochSize, AgreementKeySize);

    /// <summary>REKEY_ACK's ciphertext.</summary>
    internal static Span<byte> Ciphertext(Span<byte> ack) => ack.Slice(EpochSize + AgreementKeySize, CiphertextSize);

    /// <summary>The signature at the end of either message.</summary>
    internal static Span<byte> Signature(Span<byte> body) => body[^SignatureSize..];
}
