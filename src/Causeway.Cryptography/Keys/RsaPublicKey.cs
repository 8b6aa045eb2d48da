using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;

namespace Causeway.Cryptography.Keys;

/// <summary>An RSA public key in DER PKIX form. Signatures are PKCS #1 v1.5 over the message's SHA-256.</summary>
internal sealed class RsaPublicKey : PublicKey
{
    /// <summary>The shortest modulus in bits: what go-libp2p and js-libp2p accept.</summary>
    internal const int MinKeySize = 2048;

    /// <summary>The longest modulus in bits, so that a peer cannot make others compute for long.</summary>
    internal const int MaxKeySize = 8192;

    private const string RsaEncryption = "1.2.840.113549.1.1.1";
    private readonly byte[] _raw;
    private readonly RSA _key;
    private readonly Lock _lock = new();

    internal RsaPublicKey(ReadOnlySpan<byte> raw)
    {
        _raw = raw.ToArray();
        try
        {
            _key = RSA.Create(Parse(_raw));
        }
        catch (Exception failure) when (failure is AsnContentException or CryptographicException)
        {
            throw new FormatException("The RSA public key is not in DER PKIX form.", failure);
        }
    }

    /// <inheritdoc/>
    public override KeyType Type => KeyType.Rsa;

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> Raw => _raw;

    /// <summary>The length of the modulus, and so of a signature, in bytes.</summary>
    internal int ModulusSize => _key.KeySize / 8;

    /// <inheritdoc/>
    public override bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        // The framework's key objects promise nothing about use by several threads.
        lock (_lock) return _key.VerifyData(message, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    // SubjectPublicKeyInfo (RFC 5280, section 4.1) of RFC 3279, section 2.3.1. DER leaves no second way to write it.
    private static RSAParameters Parse(byte[] raw)
    {
        var outer = new AsnReader(raw, AsnEncodingRules.DER);
        var info = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var algorithm = info.ReadSequence();
        if (algorithm.ReadObjectIdentifier() != RsaEncryption) throw new FormatException("The RSA public key names another algorithm.");
        algorithm.ReadNull();
        algorithm.ThrowIfNotEmpty();
        var bits = info.ReadBitString(out var unusedBits);
        info.ThrowIfNotEmpty();
        if (unusedBits != 0) throw new FormatException("The RSA public key is not a whole number of bytes.");

        var inner = new AsnReader(bits, AsnEncodingRules.DER);
        var key = inner.ReadSequence();
        inner.ThrowIfNotEmpty();
        var modulus = ReadPositive(key);
        var exponent = ReadPositive(key);
        key.ThrowIfNotEmpty();
        CheckSize(modulus, exponent);
        return new RSAParameters { Modulus = modulus.ToArray(), Exponent = exponent.ToArray() };
    }

    private static ReadOnlySpan<byte> ReadPositive(AsnReader reader)
    {
        var bytes = reader.ReadIntegerBytes().Span;
        return bytes[0] < 0x80 ? bytes.TrimStart((byte)0) : throw new FormatException("The RSA public key contains a negative number.");
    }

    private static void CheckSize(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent)
    {
        var bits = modulus.IsEmpty ? 0 : (modulus.Length * 8) - BitOperations.LeadingZeroCount((uint)modulus[0]) + 24;
        if (bits is < MinKeySize or > MaxKeySize)
            throw new FormatException($"An RSA modulus has {MinKeySize} to {MaxKeySize} bits, not {bits}.");
        if ((bits & 7) != 0) throw new FormatException($"An RSA modulus of {bits} bits is not a whole number of bytes.");

        // Exponents above 31 bits are of no use, make verification slow, and Go's library refuses them too.
        var usable = exponent.Length switch
        {
            0 or > 4 => false,
            1 => exponent[0] >= 3,
            4 => exponent[0] < 0x80,
            _ => true,
        };
        if (!usable || (exponent[^1] & modulus[^1] & 1) == 0)
            throw new FormatException("An RSA public key has an odd modulus and an odd exponent from 3 to 2^31 - 1.");
    }
}
