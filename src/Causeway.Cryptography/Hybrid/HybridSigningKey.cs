using Causeway.Cryptography.Keys;
using Causeway.Cryptography.PostQuantum;
using Causeway.Cryptography.Secrets;

namespace Causeway.Cryptography.Hybrid;

/// <summary>
/// A long-term signing key that is safe as long as one of ML-DSA-87 (FIPS 204) and Ed25519 (RFC 8032) is. <see cref="Dispose"/> zeroes it. One key may
/// sign on several threads.
/// </summary>
public sealed class HybridSigningKey : IDisposable
{
    /// <summary>The length of a seed in bytes: ML-DSA-87's 32, then Ed25519's 32.</summary>
    public const int SeedSize = MlDsa87PrivateKey.SeedSize + Ed25519PrivateKey.SeedSize;

    /// <summary>The length of a signature in bytes.</summary>
    public const int SignatureSize = HybridPublicKey.SignatureSize;

    private readonly SecretBytes _seed;
    private readonly MlDsa87PrivateKey _mlDsa;
    private readonly Ed25519PrivateKey _ed25519;

    private HybridSigningKey(SecretBytes seed)
    {
        _seed = seed;
        _mlDsa = MlDsa87PrivateKey.FromSeed(seed.Span[..MlDsa87PrivateKey.SeedSize]);
        _ed25519 = Ed25519PrivateKey.FromSeed(seed.Span[MlDsa87PrivateKey.SeedSize..]);
        PublicKey = HybridPublicKey.Import([.. _mlDsa.PublicKey.Bytes.Span, .. _ed25519.PublicKey.Raw.Span]);
    }

    /// <summary>The public half. It stays usable after disposal.</summary>
    public HybridPublicKey PublicKey { get; }

    /// <summary>A fresh key.</summary>
    public static HybridSigningKey Generate(RandomSource? random = null) => new(SecretBytes.Random(SeedSize, random));

    /// <summary>The key of a seed of 64 bytes.</summary>
    /// <exception cref="FormatException">There are not 64.</exception>
    public static HybridSigningKey FromSeed(ReadOnlySpan<byte> seed) => seed.Length == SeedSize
        ? new HybridSigningKey(new SecretBytes(seed))
        : throw new FormatException($"The seed of a hybrid signing key has {SeedSize} bytes, not {seed.Length}.");

    /// <summary>Writes the seed into the first 64 bytes of <paramref name="destination"/>.</summary>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    /// <exception cref="ObjectDisposedException">The key is disposed.</exception>
    public void ExportSeed(Span<byte> destination) => _seed.Span.CopyTo(destination);

    /// <summary>
    /// Signs, hedged (<see cref="MlDsa87PrivateKey.Sign(ReadOnlySpan{byte}, ReadOnlySpan{byte}, Span{byte}, RandomSource?)"/>), into the first 4691 bytes
    /// of <paramref name="signature"/>. The label is ML-DSA's context too.
    /// </summary>
    /// <param name="label">What the signature is for, 1 to 255 bytes; the verifier must name the same.</param>
    /// <param name="message">What is signed.</param>
    /// <param name="signature">The destination.</param>
    /// <param name="random">Where the hedge's random bytes come from; the system's generator if there is none.</param>
    /// <exception cref="ArgumentException">The label is empty or too long, or the destination too short.</exception>
    /// <exception cref="ObjectDisposedException">The key is disposed.</exception>
    public void Sign(ReadOnlySpan<byte> label, ReadOnlySpan<byte> message, Span<byte> signature, RandomSource? random = null)
    {
        if (signature.Length < SignatureSize) throw new ArgumentException($"A signature needs {SignatureSize} bytes.", nameof(signature));
        using var signed = new SignedMessage(PublicKey.Fingerprint.Span, label, message);
        _mlDsa.Sign(signed.Span, label, signature[..MlDsa87PublicKey.SignatureSize], random);
        _ = _ed25519.Sign(signed.Span, signature[MlDsa87PublicKey.SignatureSize..]);
    }

    /// <summary>Signs into a new array of 4691 bytes.</summary>
    /// <inheritdoc cref="Sign(ReadOnlySpan{byte}, ReadOnlySpan{byte}, Span{byte}, RandomSource?)"/>
    public byte[] Sign(ReadOnlySpan<byte> label, ReadOnlySpan<byte> message)
    {
        var signature = new byte[SignatureSize];
        Sign(label, message, signature);
        return signature;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _seed.Dispose();
        _mlDsa.Dispose();
        _ed25519.Dispose();
    }
}
