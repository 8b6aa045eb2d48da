using System.Security.Cryptography;
using Causeway.Cryptography.Agreement;
using Causeway.Cryptography.PostQuantum;
using Causeway.Cryptography.Secrets;

namespace Causeway.Cryptography.Hybrid;

/// <summary>The initiator's side of a hybrid key agreement of X25519 and ML-KEM-1024; the responder's is <see cref="HybridEphemeralKey"/>.</summary>
public static class HybridKeyExchange
{
    /// <summary>
    /// Encapsulates to the responder and agrees with it: writes the ciphertext to send into the first 1568 bytes of <paramref name="ciphertext"/> and the
    /// shared secret into the first 64 of <paramref name="secret"/>.
    /// </summary>
    /// <param name="x25519">The initiator's ephemeral key.</param>
    /// <param name="responderX25519PublicKey">The responder's ephemeral X25519 key, 32 bytes.</param>
    /// <param name="encapsulationKey">The responder's ephemeral ML-KEM-1024 key.</param>
    /// <param name="context">What the secret is bound to besides the exchange itself; the handshake's transcript hash.</param>
    /// <param name="ciphertext">To be sent.</param>
    /// <param name="secret">To be kept, and zeroed by the caller.</param>
    /// <param name="random">Where the encapsulated bytes come from; the system's generator if there is none.</param>
    /// <exception cref="CryptographicException">The responder's X25519 key is of small order or has not 32 bytes.</exception>
    /// <exception cref="ArgumentException">A destination is too short.</exception>
    /// <exception cref="ObjectDisposedException">The initiator's key is disposed.</exception>
    public static void Initiate(
        X25519PrivateKey x25519,
        ReadOnlySpan<byte> responderX25519PublicKey,
        MlKem1024EncapsulationKey encapsulationKey,
        ReadOnlySpan<byte> context,
        Span<byte> ciphertext,
        Span<byte> secret,
        RandomSource? random = null)
    {
        Span<byte> agreed = stackalloc byte[X25519PrivateKey.Size];
        Span<byte> encapsulated = stackalloc byte[MlKem1024EncapsulationKey.SharedSecretSize];
        try
        {
            x25519.Derive(responderX25519PublicKey, agreed);
            encapsulationKey.Encapsulate(ciphertext, encapsulated, random);
            HybridSecret.Combine(
                encapsulated,
                agreed,
                ciphertext[..MlKem1024EncapsulationKey.CiphertextSize],
                encapsulationKey.Bytes.Span,
                x25519.PublicKey.Span,
                responderX25519PublicKey,
                context,
                secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(agreed);
            CryptographicOperations.ZeroMemory(encapsulated);
        }
    }
}
