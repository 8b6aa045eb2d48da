using System.Security.Cryptography;
using Causeway.Cryptography.Secrets;

namespace Causeway.Cryptography.Keys;

/// <summary>
/// A private signature key in one of libp2p's four types. Its secret is zeroed by <see cref="Dispose"/>. Several threads may sign with one key at
/// a time; disposing it while one still signs is a mistake of the owner's.
/// </summary>
public abstract class PrivateKey : IDisposable
{
    private protected PrivateKey()
    {
    }

    /// <summary>The key's type.</summary>
    public KeyType Type => PublicKey.Type;

    /// <summary>The public half. It stays usable after the private half is disposed.</summary>
    public abstract PublicKey PublicKey { get; }

    /// <summary>The most bytes a signature takes: 64 for Ed25519, 72 for DER ones, the modulus for RSA.</summary>
    public abstract int MaxSignatureSize { get; }

    /// <summary>Signs <paramref name="message"/> in the type's scheme.</summary>
    /// <exception cref="ObjectDisposedException">The key is disposed.</exception>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        var signature = new byte[MaxSignatureSize];
        var length = Sign(message, signature);
        return length == signature.Length ? signature : signature[..length];
    }

    /// <summary>Signs <paramref name="message"/> into <paramref name="destination"/> and returns the signature's length in bytes.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than <see cref="MaxSignatureSize"/>.</exception>
    /// <exception cref="ObjectDisposedException">The key is disposed.</exception>
    public abstract int Sign(ReadOnlySpan<byte> message, Span<byte> destination);

    /// <summary>The deterministic protobuf encoding (<c>PrivateKey</c> message of the libp2p peer-ids spec). The caller zeroes it.</summary>
    /// <exception cref="ObjectDisposedException">The key is disposed.</exception>
    public byte[] ToProtobuf()
    {
        var raw = ExportRaw();
        try
        {
            return KeyProtobuf.Encode(Type, raw);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(raw);
        }
    }

    /// <summary>Reads the protobuf encoding of any type, the legacy 96-byte Ed25519 body included.</summary>
    /// <exception cref="FormatException">The bytes are not a well-formed key, or its public half does not belong to it.</exception>
    public static PrivateKey FromProtobuf(ReadOnlySpan<byte> encoded) => KeyProtobuf.Decode(encoded, out var data) switch
    {
        KeyType.Ed25519 => Ed25519PrivateKey.FromRaw(data),
        KeyType.Secp256k1 => Secp256k1PrivateKey.FromRaw(data),
        KeyType.Ecdsa => EcdsaPrivateKey.FromRaw(data),
        _ => RsaPrivateKey.FromRaw(data),
    };

    /// <summary>Generates a fresh key; RSA keys have 2048 bits.</summary>
    public static PrivateKey Generate(KeyType type = KeyType.Ed25519) => Generate(type, RandomSource.System);

    /// <summary>Generates a fresh key from the given randomness. RSA keys come from the framework, which uses its own.</summary>
    public static PrivateKey Generate(KeyType type, RandomSource random) => type switch
    {
        KeyType.Ed25519 => Ed25519PrivateKey.Generate(random),
        KeyType.Secp256k1 => Secp256k1PrivateKey.Generate(random),
        KeyType.Ecdsa => EcdsaPrivateKey.Generate(random),
        KeyType.Rsa => RsaPrivateKey.Generate(),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a key type."),
    };

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>The type's own encoding, what the protobuf carries in <c>Data</c>. The caller zeroes it.</summary>
    internal abstract byte[] ExportRaw();

    private protected void CheckDestination(Span<byte> destination)
    {
        if (destination.Length < MaxSignatureSize)
            throw new ArgumentException($"A signature takes up to {MaxSignatureSize} bytes; there is room for {destination.Length}.", nameof(destination));
    }
}
