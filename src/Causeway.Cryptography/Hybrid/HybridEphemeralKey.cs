using System.Security.Cryptography;
using Causeway.Cryptography.Agreement;
using Causeway.Cryptography.PostQuantum;
using Causeway.Cryptography.Secrets;

namespace Causeway.Cryptography.Hybrid;

/// <summary>
/// The responder's side of one hybrid key agreement: a fresh X25519 key (RFC 7748) and a fresh ML-KEM-1024 key (FIPS 203). To be used once;
/// <see cref="Dispose"/> zeroes both.
/// </summary>
public sealed class HybridEphemeralKey : IDisposable
{
    private readonly X25519PrivateKey _x25519;
    private readonly MlKem1024DecapsulationKey _mlKem;

    private HybridEphemeralKey(X25519PrivateKey x25519, MlKem1024DecapsulationKey mlKem)
    {
        _x25519 = x25519;
        _mlKem = mlKem;
    }

    /// <summary>The X25519 public key to send, 32 bytes.</summary>
    public ReadOnlyMemory<byte> X25519PublicKey => _x25519.PublicKey;

    /// <summary>The ML-KEM-1024 encapsulation key to send, 1568 bytes.</summary>
    public MlKem1024EncapsulationKey EncapsulationKey => _mlKem.EncapsulationKey;

    /// <summary>A fresh pair of keys.</summary>
    public static HybridEphemeralKey Generate(RandomSource? random = null) =>
        new(X25519PrivateKey.Generate(random), MlKem1024DecapsulationKey.Generate(random));

    /// <summary>
    /// The 64-byte secret shared with an initiator (<see cref="HybridKeyExchange.Initiate"/>), into the first 64 bytes of <paramref name="secret"/>.
    /// A wrong ciphertext is no error here: it leads to a secret the sender does not know.
    /// </summary>
    /// <param name="ciphertext">ML-KEM's ciphertext, 1568 bytes.</param>
    /// <param name="initiatorX25519PublicKey">The initiator's ephemeral X25519 key, 32 bytes.</param>
    /// <param name="context">What the secret is bound to besides the exchange itself; the handshake's transcript hash.</param>
    /// <param name="secret">The destination.</param>
    /// <exception cref="CryptographicException">The initiator's key is of small order, or a length is wrong.</exception>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    /// <exception cref="ObjectDisposedException">The key is disposed.</exception>
    public void Respond(ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> initiatorX25519PublicKey, ReadOnlySpan<byte> context, Span<byte> secret)
    {
        Span<byte> agreed = stackalloc byte[X25519PrivateKey.Size];
        Span<byte> encapsulated = stackalloc byte[MlKem1024EncapsulationKey.SharedSecretSize];
        try
        {
            _x25519.Derive(initiatorX25519PublicKey, agreed);
            _mlKem.Decapsulate(ciphertext, encapsulated);
            HybridSecret.Combine(
                encapsulated, agreed, ciphertext, EncapsulationKey.Bytes.Span, initiatorX25519PublicKey, X25519PublicKey.Span, context, secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(agreed);
            CryptographicOperations.ZeroMemory(encapsulated);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _x25519.Dispose();
        _mlKem.Dispose();
    }
}
