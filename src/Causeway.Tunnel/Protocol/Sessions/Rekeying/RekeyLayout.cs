namespace Causeway.Tunnel.Protocol.Sessions.Rekeying;

/// <summary>The lengths of REKEY and REKEY_ACK (docs/protocol/tunnel.md §4.4).</summary>
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
}
