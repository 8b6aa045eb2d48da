namespace Causeway.Cryptography.Keys;

/// <summary>A private signature key in one of libp2p's four types. Its secret is zeroed by <see cref="Dispose"/>.</summary>
public abstract class PrivateKey : IDisposable
{
    /// <summary>The key's type.</summary>
    public KeyType Type => PublicKey.Type;

    /// <summary>The public half.</summary>
    public abstract PublicKey PublicKey { get; }

    /// <summary>Signs <paramref name="message"/> in the type's scheme.</summary>
    public abstract byte[] Sign(ReadOnlySpan<byte> message);

    /// <summary>The deterministic protobuf encoding (<c>PrivateKey</c> message of the libp2p peer-ids spec). The caller zeroes it.</summary>
    public byte[] ToProtobuf() => throw new NotSupportedException();

    /// <summary>Reads the protobuf encoding of any type, the legacy 96-byte Ed25519 body included.</summary>
    /// <exception cref="FormatException">The bytes are not a well-formed key, or its public half does not belong to it.</exception>
    public static PrivateKey FromProtobuf(ReadOnlySpan<byte> encoded) => throw new NotSupportedException();

    /// <summary>Generates a fresh key.</summary>
    public static PrivateKey Generate(KeyType type = KeyType.Ed25519) => throw new NotSupportedException();

    /// <inheritdoc/>
    public abstract void Dispose();
}
