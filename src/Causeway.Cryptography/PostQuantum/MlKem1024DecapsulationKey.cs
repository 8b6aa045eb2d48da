using System.Security.Cryptography;
using Causeway.Cryptography.PostQuantum.MlKem;
using Causeway.Cryptography.PostQuantum.Providers;
using Causeway.Cryptography.Secrets;

namespace Causeway.Cryptography.PostQuantum;

/// <summary>
/// An ML-KEM-1024 decapsulation key (FIPS 203): the private half of a key encapsulation. <see cref="Dispose"/> zeroes it. Decapsulations with one key may
/// run on several threads.
/// </summary>
public sealed class MlKem1024DecapsulationKey : IDisposable
{
    /// <summary>The length of a seed in bytes: d ‖ z (FIPS 203, section 7.1).</summary>
    public const int SeedSize = MlKemParameters.SeedSize;

    /// <summary>The length of an expanded key in bytes.</summary>
    public const int ExpandedSize = MlKemParameters.DecapsulationKeySize;

    private readonly SecretBytes? _seed;
    private readonly MlKemDecapsulator _decapsulator;

    private MlKem1024DecapsulationKey(MlKemDecapsulator decapsulator, SecretBytes? seed, MlKemProvider provider)
    {
        _decapsulator = decapsulator;
        _seed = seed;
        Span<byte> encapsulationKey = stackalloc byte[MlKem1024EncapsulationKey.Size];
        decapsulator.ExportEncapsulationKey(encapsulationKey);
        EncapsulationKey = MlKem1024EncapsulationKey.Import(encapsulationKey, provider);
    }

    /// <summary>The public half. It stays usable after disposal.</summary>
    public MlKem1024EncapsulationKey EncapsulationKey { get; }

    /// <summary>Whether the seed is known, so that <see cref="ExportSeed"/> works.</summary>
    public bool HasSeed => _seed is not null;

    /// <summary>A fresh key.</summary>
    public static MlKem1024DecapsulationKey Generate(RandomSource? random = null) => Generate(random, MlKemProvider.Default);

    /// <summary>The key of a seed of 64 bytes.</summary>
    /// <exception cref="FormatException">There are not 64.</exception>
    public static MlKem1024DecapsulationKey FromSeed(ReadOnlySpan<byte> seed) => FromSeed(seed, MlKemProvider.Default);

    /// <summary>The key of its expanded form, 3168 bytes (FIPS 203, algorithm 16: dk_PKE ‖ ek ‖ H(ek) ‖ z).</summary>
    /// <exception cref="FormatException">
    /// The length is wrong, a coefficient is not below the modulus, or the hash is not that of the encapsulation key (FIPS 203, section 7.3).
    /// </exception>
    public static MlKem1024DecapsulationKey FromExpanded(ReadOnlySpan<byte> key) => FromExpanded(key, MlKemProvider.Default);

    /// <summary>Writes the seed into the first 64 bytes of <paramref name="destination"/>.</summary>
    /// <exception cref="InvalidOperationException">The key was read in its expanded form, which does not contain the seed.</exception>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    /// <exception cref="ObjectDisposedException">The key is disposed.</exception>
    public void ExportSeed(Span<byte> destination)
    {
        if (_seed is null) throw new InvalidOperationException("This ML-KEM-1024 key was read in its expanded form; its seed is not known.");
        _seed.Span.CopyTo(destination);
    }

    /// <summary>Writes the expanded key into the first 3168 bytes of <paramref name="destination"/>.</summary>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    /// <exception cref="ObjectDisposedException">The key is disposed.</exception>
    public void ExportExpanded(Span<byte> destination)
    {
        if (destination.Length < ExpandedSize) throw new ArgumentException($"The key needs {ExpandedSize} bytes.", nameof(destination));
        _decapsulator.ExportExpanded(destination[..ExpandedSize]);
    }

    /// <summary>
    /// Writes the shared secret of <paramref name="ciphertext"/> into the first 32 bytes of <paramref name="sharedSecret"/>. A ciphertext that was not
    /// made with the encapsulation key yields a secret that its sender does not know, without an error and in the same time (implicit rejection, FIPS 203,
    /// algorithm 18).
    /// </summary>
    /// <exception cref="CryptographicException">The ciphertext has not 1568 bytes.</exception>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    /// <exception cref="ObjectDisposedException">The key is disposed.</exception>
    public void Decapsulate(ReadOnlySpan<byte> ciphertext, Span<byte> sharedSecret)
    {
        if (ciphertext.Length != MlKem1024EncapsulationKey.CiphertextSize)
            throw new CryptographicException($"An ML-KEM-1024 ciphertext has {MlKem1024EncapsulationKey.CiphertextSize} bytes, not {ciphertext.Length}.");
        MlKem1024EncapsulationKey.CheckSecretDestination(sharedSecret);
        _decapsulator.Decapsulate(ciphertext, sharedSecret[..MlKem1024EncapsulationKey.SharedSecretSize]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _seed?.Dispose();
        _decapsulator.Dispose();
    }

    internal static MlKem1024DecapsulationKey Generate(RandomSource? random, MlKemProvider provider)
    {
        var seed = SecretBytes.Random(SeedSize, random);
        return new MlKem1024DecapsulationKey(provider.FromSeed(seed.Span), seed, provider);
    }

    internal static MlKem1024DecapsulationKey FromSeed(ReadOnlySpan<byte> seed, MlKemProvider provider)
    {
        if (seed.Length != SeedSize) throw new FormatException($"An ML-KEM-1024 seed has {SeedSize} bytes, not {seed.Length}.");
        return new MlKem1024DecapsulationKey(provider.FromSeed(seed), new SecretBytes(seed), provider);
    }

    internal static MlKem1024DecapsulationKey FromExpanded(ReadOnlySpan<byte> key, MlKemProvider provider)
    {
        if (key.Length != ExpandedSize) throw new FormatException($"An expanded ML-KEM-1024 key has {ExpandedSize} bytes, not {key.Length}.");
        MlKemKeyChecks.CheckDecapsulationKey(key);
        return new MlKem1024DecapsulationKey(provider.FromExpanded(key), null, provider);
    }
}
