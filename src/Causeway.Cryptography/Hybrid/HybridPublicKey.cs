using System.Security.Cryptography;
using Causeway.Cryptography.Keys;
using Causeway.Cryptography.PostQuantum;

namespace Causeway.Cryptography.Hybrid;

/// <summary>
/// The public half of a <see cref="HybridSigningKey"/>: ML-DSA-87 (FIPS 204) and Ed25519 (RFC 8032). A signature counts only if both hold, so that it
/// takes breaking both to forge one. Safe to share between threads.
/// </summary>
public sealed class HybridPublicKey : IEquatable<HybridPublicKey>
{
    /// <summary>The length of a key in bytes: ML-DSA-87's, then Ed25519's.</summary>
    public const int Size = MlDsa87PublicKey.Size + Ed25519PublicKey.Size;

    /// <summary>The length of a signature in bytes: ML-DSA-87's, then Ed25519's.</summary>
    public const int SignatureSize = MlDsa87PublicKey.SignatureSize + Ed25519PublicKey.SignatureSize;

    /// <summary>The length of a fingerprint in bytes.</summary>
    public const int FingerprintSize = SHA256.HashSizeInBytes;

    private readonly byte[] _bytes;
    private readonly byte[] _fingerprint;
    private readonly MlDsa87PublicKey _mlDsa;
    private readonly Ed25519PublicKey _ed25519;

    private HybridPublicKey(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes.ToArray();
        _fingerprint = SHA256.HashData(_bytes);
        _mlDsa = MlDsa87PublicKey.Import(bytes[..MlDsa87PublicKey.Size]);
        _ed25519 = new Ed25519PublicKey(bytes[MlDsa87PublicKey.Size..]);
    }

    /// <summary>The encoded key, 2624 bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>SHA-256 of the encoded key, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Fingerprint => _fingerprint;

    /// <summary>A key from its encoding.</summary>
    /// <exception cref="FormatException">There are not 2624 bytes.</exception>
    public static HybridPublicKey Import(ReadOnlySpan<byte> bytes) => bytes.Length == Size
        ? new HybridPublicKey(bytes)
        : throw new FormatException($"A hybrid public key has {Size} bytes, not {bytes.Length}.");

    /// <summary>A copy of the encoded key.</summary>
    public byte[] ToBytes() => [.. _bytes];

    /// <summary>
    /// Whether both halves of <paramref name="signature"/> are the key holder's for this message under this label. A signature of another length is not.
    /// Ed25519 is tried first: it costs less to refuse.
    /// </summary>
    /// <param name="label">What the signature is for, 1 to 255 bytes.</param>
    /// <param name="message">What was signed.</param>
    /// <param name="signature">4691 bytes.</param>
    /// <exception cref="ArgumentException">The label is empty or too long.</exception>
    public bool Verify(ReadOnlySpan<byte> label, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        using var signed = new SignedMessage(_fingerprint, label, message);
        return signature.Length == SignatureSize
            && _ed25519.Verify(signed.Span, signature[MlDsa87PublicKey.SignatureSize..])
            && _mlDsa.Verify(signed.Span, label, signature[..MlDsa87PublicKey.SignatureSize]);
    }

    /// <inheritdoc/>
    public bool Equals(HybridPublicKey? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as HybridPublicKey);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(_fingerprint);

    /// <summary>The fingerprint in hexadecimal.</summary>
    public override string ToString() => Convert.ToHexStringLower(_fingerprint);
}
