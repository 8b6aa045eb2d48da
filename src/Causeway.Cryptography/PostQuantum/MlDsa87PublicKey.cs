using Causeway.Cryptography.PostQuantum.MlDsa;
using Causeway.Cryptography.PostQuantum.Providers;

namespace Causeway.Cryptography.PostQuantum;

/// <summary>An ML-DSA-87 public key (FIPS 204). Safe to share between threads.</summary>
public sealed class MlDsa87PublicKey
{
    /// <summary>The length of a key in bytes.</summary>
    public const int Size = MlDsaParameters.PublicKeySize;

    /// <summary>The length of a signature in bytes.</summary>
    public const int SignatureSize = MlDsaParameters.SignatureSize;

    /// <summary>The greatest length of a context in bytes (FIPS 204, section 5.2).</summary>
    public const int MaxContextSize = 255;

    private readonly byte[] _bytes;
    private readonly MlDsaProvider _provider;
    private MlDsaVerifier? _verifier;

    private MlDsa87PublicKey(ReadOnlySpan<byte> bytes, MlDsaProvider provider)
    {
        _bytes = bytes.ToArray();
        _provider = provider;
    }

    /// <summary>The encoded key, 2592 bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>A key from its encoding (FIPS 204, algorithm 23). Every 2592 bytes are a key; most of them nobody's.</summary>
    /// <exception cref="FormatException">There are not 2592.</exception>
    public static MlDsa87PublicKey Import(ReadOnlySpan<byte> bytes) => Import(bytes, MlDsaProvider.Default);

    /// <summary>A copy of the encoded key.</summary>
    public byte[] ToBytes() => [.. _bytes];

    /// <summary>
    /// Whether <paramref name="signature"/> is the key holder's for this message and this context (FIPS 204, algorithm 3). A signature of another length is
    /// not.
    /// </summary>
    /// <exception cref="ArgumentException">The context is longer than 255 bytes.</exception>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> context, ReadOnlySpan<byte> signature)
    {
        CheckContext(context);
        if (signature.Length != SignatureSize) return false;
        _verifier ??= _provider.FromPublicKey(_bytes);
        return _verifier.Verify(message, context, signature);
    }

    internal static MlDsa87PublicKey Import(ReadOnlySpan<byte> bytes, MlDsaProvider provider) => bytes.Length == Size
        ? new MlDsa87PublicKey(bytes, provider)
        : throw new FormatException($"An ML-DSA-87 public key has {Size} bytes, not {bytes.Length}.");

    internal static void CheckContext(ReadOnlySpan<byte> context)
    {
        if (context.Length > MaxContextSize) throw new ArgumentException($"A context has at most {MaxContextSize} bytes, not {context.Length}.", nameof(context));
    }
}
