using System.Security.Cryptography;
using Causeway.Cryptography.PostQuantum.MlKem;
using Causeway.Cryptography.PostQuantum.Providers;
using Causeway.Cryptography.Secrets;

namespace Causeway.Cryptography.PostQuantum;

/// <summary>An ML-KEM-1024 encapsulation key (FIPS 203): the public half. Safe to share between threads.</summary>
public sealed class MlKem1024EncapsulationKey
{
    /// <summary>The length of a key in bytes.</summary>
    public const int Size = MlKemParameters.EncapsulationKeySize;

    /// <summary>The length of a ciphertext in bytes.</summary>
    public const int CiphertextSize = MlKemParameters.CiphertextSize;

    /// <summary>The length of a shared secret in bytes.</summary>
    public const int SharedSecretSize = MlKemParameters.SymmetricSize;

    private readonly byte[] _bytes;
    private readonly MlKemProvider _provider;
    private MlKemEncapsulator? _encapsulator;

    private MlKem1024EncapsulationKey(ReadOnlySpan<byte> bytes, MlKemProvider provider)
    {
        _bytes = bytes.ToArray();
        _provider = provider;
    }

    /// <summary>The encoded key, 1568 bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>A key from its encoding.</summary>
    /// <exception cref="FormatException">There are not 1568 bytes, or a coefficient is not below the modulus (FIPS 203, section 7.2).</exception>
    public static MlKem1024EncapsulationKey Import(ReadOnlySpan<byte> bytes) => Import(bytes, MlKemProvider.Default);

    /// <summary>A copy of the encoded key.</summary>
    public byte[] ToBytes() => [.. _bytes];

    /// <summary>
    /// Draws a secret and writes it into the first 32 bytes of <paramref name="sharedSecret"/>, and what tells it to the holder of the private half into
    /// the first 1568 of <paramref name="ciphertext"/>.
    /// </summary>
    /// <param name="ciphertext">To be sent.</param>
    /// <param name="sharedSecret">To be kept, and zeroed by the caller.</param>
    /// <param name="random">Where the 32 bytes m of FIPS 203, algorithm 20, come from; the system's generator if there is none.</param>
    /// <exception cref="ArgumentException">A destination is too short.</exception>
    public void Encapsulate(Span<byte> ciphertext, Span<byte> sharedSecret, RandomSource? random = null)
    {
        if (ciphertext.Length < CiphertextSize) throw new ArgumentException($"The ciphertext needs {CiphertextSize} bytes.", nameof(ciphertext));
        CheckSecretDestination(sharedSecret);
        if (random == RandomSource.System) random = null;
        Span<byte> message = stackalloc byte[random is null ? 0 : MlKemParameters.SymmetricSize];
        random?.Fill(message);
        _encapsulator ??= _provider.FromEncapsulationKey(_bytes);
        _encapsulator.Encapsulate(message, ciphertext[..CiphertextSize], sharedSecret[..SharedSecretSize]);
        CryptographicOperations.ZeroMemory(message);
    }

    internal static MlKem1024EncapsulationKey Import(ReadOnlySpan<byte> bytes, MlKemProvider provider)
    {
        if (bytes.Length != Size) throw new FormatException($"An ML-KEM-1024 encapsulation key has {Size} bytes, not {bytes.Length}.");
        MlKemKeyChecks.CheckEncapsulationKey(bytes);
        return new MlKem1024EncapsulationKey(bytes, provider);
    }

    internal static void CheckSecretDestination(Span<byte> sharedSecret)
    {
        if (sharedSecret.Length < SharedSecretSize) throw new ArgumentException($"The shared secret needs {SharedSecretSize} bytes.", nameof(sharedSecret));
    }
}
