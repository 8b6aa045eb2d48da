using System.Security.Cryptography;
using Causeway.Cryptography.Agreement;
using Causeway.Cryptography.Kdf;
using Causeway.Cryptography.PostQuantum;

namespace Causeway.Cryptography.Hybrid;

/// <summary>
/// Joins the two secrets of a hybrid key agreement so that the result is secret as long as one of them is (the dual-PRF combiner; compare NIST SP 800-56C
/// revision 2, section 2, and SP 800-227). Ciphertext and public keys go in as well: whoever has the same secret has seen the same exchange.
/// </summary>
public static class HybridSecret
{
    /// <summary>The length of the result in bytes.</summary>
    public const int Size = HMACSHA512.HashSizeInBytes;

    /// <summary>
    /// Writes HKDF-Extract (RFC 5869) with HMAC-SHA-512, salt <paramref name="context"/> and input
    /// ss_kem ‖ ss_dh ‖ SHA-512(ciphertext ‖ encapsulation key ‖ initiator's X25519 key ‖ responder's X25519 key) into the first 64 bytes of
    /// <paramref name="secret"/>. <see cref="HkdfSha512.Expand"/> derives keys from it.
    /// </summary>
    /// <param name="encapsulated">ss_kem: ML-KEM-1024's shared secret, 32 bytes.</param>
    /// <param name="agreed">ss_dh: X25519's shared secret, 32 bytes.</param>
    /// <param name="ciphertext">ML-KEM's ciphertext, 1568 bytes.</param>
    /// <param name="encapsulationKey">The responder's ML-KEM key, 1568 bytes.</param>
    /// <param name="initiatorX25519PublicKey">32 bytes.</param>
    /// <param name="responderX25519PublicKey">32 bytes.</param>
    /// <param name="context">What the secret is bound to besides. Of one fixed length per protocol, since HMAC pads its key with zeros.</param>
    /// <param name="secret">The destination.</param>
    /// <exception cref="CryptographicException">An input's length is wrong, or the X25519 secret is zero, to which a peer with a key of small order forces it (RFC 7748, section 6.1).</exception>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public static void Combine(
        ReadOnlySpan<byte> encapsulated,
        ReadOnlySpan<byte> agreed,
        ReadOnlySpan<byte> ciphertext,
        ReadOnlySpan<byte> encapsulationKey,
        ReadOnlySpan<byte> initiatorX25519PublicKey,
        ReadOnlySpan<byte> responderX25519PublicKey,
        ReadOnlySpan<byte> context,
        Span<byte> secret)
    {
        CheckLength(encapsulated, MlKem1024EncapsulationKey.SharedSecretSize);
        CheckLength(agreed, X25519PrivateKey.Size);
        CheckLength(ciphertext, MlKem1024EncapsulationKey.CiphertextSize);
        CheckLength(encapsulationKey, MlKem1024EncapsulationKey.Size);
        CheckLength(initiatorX25519PublicKey, X25519PrivateKey.Size);
        CheckLength(responderX25519PublicKey, X25519PrivateKey.Size);
        if (secret.Length < Size) throw new ArgumentException($"The secret needs {Size} bytes.", nameof(secret));
        if (IsZero(agreed)) throw new CryptographicException("The X25519 secret is zero: one of the keys is of small order.");

        Span<byte> input = stackalloc byte[MlKem1024EncapsulationKey.SharedSecretSize + X25519PrivateKey.Size + SHA512.HashSizeInBytes];
        Span<byte> exchange = stackalloc byte[MlKem1024EncapsulationKey.CiphertextSize + MlKem1024EncapsulationKey.Size + (2 * X25519PrivateKey.Size)];
        ciphertext.CopyTo(exchange);
        encapsulationKey.CopyTo(exchange[ciphertext.Length..]);
        initiatorX25519PublicKey.CopyTo(exchange[^(2 * X25519PrivateKey.Size)..]);
        responderX25519PublicKey.CopyTo(exchange[^X25519PrivateKey.Size..]);

        encapsulated.CopyTo(input);
        agreed.CopyTo(input[encapsulated.Length..]);
        SHA512.HashData(exchange, input[^SHA512.HashSizeInBytes..]);
        HMACSHA512.HashData(context, input, secret);
        CryptographicOperations.ZeroMemory(input);
    }

    private static void CheckLength(ReadOnlySpan<byte> input, int length)
    {
        if (input.Length != length) throw new CryptographicException($"An input of the hybrid key agreement has {length} bytes, not {input.Length}.");
    }

    private static bool IsZero(ReadOnlySpan<byte> value)
    {
        Span<byte> zeros = stackalloc byte[X25519PrivateKey.Size];
        zeros.Clear();
        return CryptographicOperations.FixedTimeEquals(value, zeros);
    }
}
