namespace Causeway.Cryptography.Keys;

/// <summary>A public signature key in one of libp2p's four types.</summary>
public abstract class PublicKey : IEquatable<PublicKey>
{
    private protected PublicKey()
    {
    }

    /// <summary>The key's type.</summary>
    public abstract KeyType Type { get; }

    /// <summary>The type's own encoding: what the protobuf carries in <c>Data</c> (32 bytes for Ed25519, 33 for secp256k1, DER PKIX for RSA and ECDSA).</summary>
    public abstract ReadOnlyMemory<byte> Raw { get; }

    /// <summary>Whether <paramref name="signature"/> is this key's over <paramref name="message"/>. Malformed signatures are simply not valid.</summary>
    public abstract bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature);

    /// <summary>The deterministic protobuf encoding (<c>PublicKey</c> message of the libp2p peer-ids spec).</summary>
    public byte[] ToProtobuf() => KeyProtobuf.Encode(Type, Raw.Span);

    /// <summary>Reads the protobuf encoding, strictly.</summary>
    /// <exception cref="FormatException">The bytes are not a well-formed key of a known type.</exception>
    public static PublicKey FromProtobuf(ReadOnlySpan<byte> encoded)
    {
        var type = KeyProtobuf.Decode(encoded, out var data);
        return FromRaw(type, data);
    }

    /// <summary>Reads a type's own encoding (see <see cref="Raw"/>), strictly: one key has one encoding.</summary>
    /// <exception cref="FormatException">The bytes are not a well-formed key of this type.</exception>
    public static PublicKey FromRaw(KeyType type, ReadOnlySpan<byte> raw) => type switch
    {
        KeyType.Ed25519 => new Ed25519PublicKey(raw),
        KeyType.Secp256k1 => new Secp256k1PublicKey(raw),
        KeyType.Ecdsa => new EcdsaPublicKey(raw),
        KeyType.Rsa => new RsaPublicKey(raw),
        _ => throw new FormatException($"The key's type {(int)type} is not one of libp2p's four."),
    };

    /// <inheritdoc/>
    public bool Equals(PublicKey? other) => other is not null && other.Type == Type && Raw.Span.SequenceEqual(other.Raw.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PublicKey);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Type);
        hash.AddBytes(Raw.Span);
        return hash.ToHashCode();
    }
}
