using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Tunnel.Protocol.Handshakes.Messages;

/// <summary>CHALLENGE (docs/protocol/tunnel.md §3.1), a view of the bytes it was read from or will be written of.</summary>
public readonly ref struct ChallengeMessage
{
    /// <summary>The length of the nonce in bytes.</summary>
    public const int NonceSize = 32;

    /// <summary>The length in bytes without the responder's public key.</summary>
    public const int MinSize = 4 + HandshakeSizes.Tag + 4 + 4 + 8 + NonceSize + HandshakeSizes.X25519Key + HandshakeSizes.EncapsulationKey + HandshakeSizes.Signature;

    /// <summary>The length in bytes with the responder's public key.</summary>
    public const int MaxSize = MinSize + HandshakeSizes.PublicKey;

    private const byte KeysFlag = 2;

    /// <summary>The first 8 bytes of the HELLO's transcript hash, as a number.</summary>
    public ulong HelloTag { get; init; }

    /// <summary>The suite that the responder chose.</summary>
    public ushort Suite { get; init; }

    /// <summary>What the responder can do.</summary>
    public TunnelCapabilities Capabilities { get; init; }

    /// <summary>The responder's clock, in milliseconds since 1970.</summary>
    public ulong Time { get; init; }

    /// <summary>32 random bytes.</summary>
    public ReadOnlySpan<byte> Nonce { get; init; }

    /// <summary>The responder's ephemeral X25519 key.</summary>
    public ReadOnlySpan<byte> X25519Key { get; init; }

    /// <summary>The responder's ephemeral ML-KEM-1024 key.</summary>
    public ReadOnlySpan<byte> EncapsulationKey { get; init; }

    /// <summary>The responder's public key, 2624 bytes, or empty.</summary>
    public ReadOnlySpan<byte> PublicKey { get; init; }

    /// <summary>The responder's signature over transcript hash t2.</summary>
    public ReadOnlySpan<byte> Signature { get; init; }

    /// <summary>Everything before the signature. Set by <see cref="TryRead"/>.</summary>
    public ReadOnlySpan<byte> Unsigned { get; private init; }

    /// <summary>The length of the whole message in bytes.</summary>
    public int Size => MinSize + PublicKey.Length;

    /// <summary>Reads a whole message; false if it is not exactly one valid CHALLENGE of version 1.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out ChallengeMessage challenge)
    {
        challenge = default;
        var reader = new WireReader(message);
        reader.Require(reader.Byte() == (byte)HandshakeMessageType.Challenge);
        reader.Require(reader.Byte() == HandshakeSizes.Version);
        var flags = reader.Byte();
        reader.Require(flags is 0 or KeysFlag);
        reader.Zeros(1);
        var tag = reader.UInt64();
        var suite = reader.UInt16();
        reader.Zeros(2);
        var read = new ChallengeMessage
        {
            HelloTag = tag,
            Suite = suite,
            Capabilities = (TunnelCapabilities)reader.UInt32(),
            Time = reader.UInt64(),
            Nonce = reader.Bytes(NonceSize),
            X25519Key = reader.Bytes(HandshakeSizes.X25519Key),
            EncapsulationKey = reader.Bytes(HandshakeSizes.EncapsulationKey),
            PublicKey = reader.Bytes(flags == 0 ? 0 : HandshakeSizes.PublicKey),
            Unsigned = reader.Consumed,
            Signature = reader.Bytes(HandshakeSizes.Signature),
        };
        if (!reader.IsComplete) return false;
        challenge = read;
        return true;
    }

    /// <summary>Writes everything before the signature, which is made over it.</summary>
    /// <exception cref="ArgumentException">A field has the wrong length, or the buffer is too small.</exception>
    /// <returns>The number of bytes written.</returns>
    public int WriteUnsigned(Span<byte> destination)
    {
        if (Nonce.Length != NonceSize || X25519Key.Length != HandshakeSizes.X25519Key || EncapsulationKey.Length != HandshakeSizes.EncapsulationKey
            || PublicKey.Length is not (0 or HandshakeSizes.PublicKey))
        {
            throw new ArgumentException("A field of CHALLENGE has the wrong length.");
        }

        var writer = new WireWriter(destination);
        writer.Byte((byte)HandshakeMessageType.Challenge);
        writer.Byte(HandshakeSizes.Version);
        writer.Byte(PublicKey.IsEmpty ? (byte)0 : KeysFlag);
        writer.Zeros(1);
        writer.UInt64(HelloTag);
        writer.UInt16(Suite);
        writer.Zeros(2);
        writer.UInt32((uint)Capabilities);
        writer.UInt64(Time);
        writer.Bytes(Nonce);
        writer.Bytes(X25519Key);
        writer.Bytes(EncapsulationKey);
        writer.Bytes(PublicKey);
        return writer.Position;
    }
}
