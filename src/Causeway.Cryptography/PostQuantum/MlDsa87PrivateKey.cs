using System.Security.Cryptography;
using Causeway.Cryptography.PostQuantum.MlDsa;
using Causeway.Cryptography.PostQuantum.Providers;
using Causeway.Cryptography.Secrets;

namespace Causeway.Cryptography.PostQuantum;

/// <summary>
/// An ML-DSA-87 private key (FIPS 204). It keeps what signing needs computed, about 85 KB; <see cref="Dispose"/> zeroes it. One key may sign on several
/// threads.
/// </summary>
public sealed class MlDsa87PrivateKey : IDisposable
{
    /// <summary>The length of a seed ξ in bytes.</summary>
    public const int SeedSize = MlDsaParameters.SeedSize;

    /// <summary>The length of an expanded key in bytes.</summary>
    public const int ExpandedSize = MlDsaParameters.PrivateKeySize;

    private readonly SecretBytes? _seed;
    private readonly MlDsaSigner _signer;

    private MlDsa87PrivateKey(MlDsaSigner signer, SecretBytes? seed, MlDsaProvider provider)
    {
        _signer = signer;
        _seed = seed;
        Span<byte> publicKey = stackalloc byte[MlDsa87PublicKey.Size];
        signer.ExportPublicKey(publicKey);
        PublicKey = MlDsa87PublicKey.Import(publicKey, provider);
    }

    /// <summary>The public half. It stays usable after disposal.</summary>
    public MlDsa87PublicKey PublicKey { get; }

    /// <summary>Whether the seed is known, so that <see cref="ExportSeed"/> works.</summary>
    public bool HasSeed => _seed is not null;

    /// <summary>A fresh key.</summary>
    public static MlDsa87PrivateKey Generate(RandomSource? random = null) => Generate(random, MlDsaProvider.Default);

    /// <summary>The key of a seed of 32 bytes (FIPS 204, algorithm 6).</summary>
    /// <exception cref="FormatException">There are not 32.</exception>
    public static MlDsa87PrivateKey FromSeed(ReadOnlySpan<byte> seed) => FromSeed(seed, MlDsaProvider.Default);

    /// <summary>The key of its expanded form, 4896 bytes (FIPS 204, algorithm 24).</summary>
    /// <exception cref="FormatException">The length is wrong, a secret coefficient is out of range, or the parts do not belong together.</exception>
    public static MlDsa87PrivateKey FromExpanded(ReadOnlySpan<byte> key) => FromExpanded(key, MlDsaProvider.Default);

    /// <summary>Writes the seed into the first 32 bytes of <paramref name="destination"/>.</summary>
    /// <exception cref="InvalidOperationException">The key was read in its expanded form, which does not contain the seed.</exception>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    /// <exception cref="ObjectDisposedException">The key is disposed.</exception>
    public void ExportSeed(Span<byte> destination)
    {
        if (_seed is null) throw new InvalidOperationException("This ML-DSA-87 key was read in its expanded form; its seed is not known.");
        _seed.Span.CopyTo(destination);
    }

    /// <summary>Writes the expanded key into the first 4896 bytes of <paramref name="destination"/>.</summary>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    /// <exception cref="ObjectDisposedException">The key is disposed.</exception>
    public void ExportExpanded(Span<byte> destination)
    {
        if (destination.Length < ExpandedSize) throw new ArgumentException($"The key needs {ExpandedSize} bytes.", nameof(destination));
        _signer.ExportExpanded(destination[..ExpandedSize]);
    }

    /// <summary>
    /// Signs with fresh randomness mixed in ("hedged", FIPS 204, section 3.4): faults and side channels have less to work with than when the same message
    /// is signed the same way twice, and a bad generator does no harm. Writes the first 4627 bytes of <paramref name="signature"/>.
    /// </summary>
    /// <param name="message">What is signed.</param>
    /// <param name="context">What the signature is for, at most 255 bytes; the verifier must name the same.</param>
    /// <param name="signature">The destination.</param>
    /// <param name="random">Where the 32 random bytes come from; the system's generator if there is none.</param>
    /// <exception cref="ArgumentException">The context is too long or the destination too short.</exception>
    /// <exception cref="ObjectDisposedException">The key is disposed.</exception>
    public void Sign(ReadOnlySpan<byte> message, ReadOnlySpan<byte> context, Span<byte> signature, RandomSource? random = null)
    {
        // The system's generator is what every provider uses by itself, without reading its key out and in again.
        if (random == RandomSource.System) random = null;
        Span<byte> drawn = stackalloc byte[random is null ? 0 : MlDsaParameters.SeedSize];
        random?.Fill(drawn);
        Sign(message, context, drawn, signature);
        CryptographicOperations.ZeroMemory(drawn);
    }

    /// <summary>Signs so that the same message and context always get the same signature (the deterministic variant of FIPS 204, section 3.4).</summary>
    /// <inheritdoc cref="Sign(ReadOnlySpan{byte}, ReadOnlySpan{byte}, Span{byte}, RandomSource?)"/>
    public void SignDeterministic(ReadOnlySpan<byte> message, ReadOnlySpan<byte> context, Span<byte> signature)
    {
        Span<byte> zeros = stackalloc byte[MlDsaParameters.SeedSize];
        zeros.Clear();
        Sign(message, context, zeros, signature);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _seed?.Dispose();
        _signer.Dispose();
    }

    internal static MlDsa87PrivateKey Generate(RandomSource? random, MlDsaProvider provider)
    {
        var seed = SecretBytes.Random(SeedSize, random);
        return new MlDsa87PrivateKey(provider.FromSeed(seed.Span), seed, provider);
    }

    internal static MlDsa87PrivateKey FromSeed(ReadOnlySpan<byte> seed, MlDsaProvider provider) => seed.Length == SeedSize
        ? new MlDsa87PrivateKey(provider.FromSeed(seed), new SecretBytes(seed), provider)
        : throw new FormatException($"An ML-DSA-87 seed has {SeedSize} bytes, not {seed.Length}.");

    internal static MlDsa87PrivateKey FromExpanded(ReadOnlySpan<byte> key, MlDsaProvider provider) => key.Length == ExpandedSize
        ? new MlDsa87PrivateKey(provider.FromExpanded(key), null, provider)
        : throw new FormatException($"An expanded ML-DSA-87 key has {ExpandedSize} bytes, not {key.Length}.");

    private void Sign(ReadOnlySpan<byte> message, ReadOnlySpan<byte> context, ReadOnlySpan<byte> random, Span<byte> signature)
    {
        if (signature.Length < MlDsa87PublicKey.SignatureSize)
            throw new ArgumentException($"A signature needs {MlDsa87PublicKey.SignatureSize} bytes.", nameof(signature));
        MlDsa87PublicKey.CheckContext(context);
        _signer.Sign(message, context, random, signature[..MlDsa87PublicKey.SignatureSize]);
    }
}
