using System.Buffers.Binary;
using Causeway.Tunnel.Protocol.Handshakes.Guarding;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Tunnel.Protocol.Handshakes.Messages;

/// <summary>HELLO (docs/protocol/tunnel.md §3.1), a view of the bytes it was read from or will be written of.</summary>
public readonly ref struct HelloMessage
{
    /// <summary>The length of the nonce in bytes.</summary>
    public const int NonceSize = 32;

    /// <summary>The most suites that a HELLO can offer.</summary>
    public const int MaxSuites = 8;

    /// <summary>The length in bytes of the longest HELLO.</summary>
    public const int MaxSize = 4 + (2 * MaxSuites) + 144 + HandshakeCookies.Size + HandshakeSizes.PublicKey + InvitationProof.IdSize + InvitationProof.MacSize + HandshakeSizes.Signature;

    private const byte CookieFlag = 1;
    private const byte KeysFlag = 2;
    private const byte KeysWantedFlag = 4;
    private const byte InvitationFlag = 8;
    private const int FixedSize = 4 + 4 + 32 + 32 + 8 + NonceSize + 32 + HandshakeSizes.Signature;

    /// <summary>Whether the initiator does not know the responder's public key and asks for it.</summary>
    public bool KeysWanted { get; init; }

    /// <summary>The suites in order of preference, two bytes each, no duplicates; unknown ones are skipped.</summary>
    public ReadOnlySpan<byte> Suites { get; init; }

    /// <summary>What the initiator can do.</summary>
    public TunnelCapabilities Capabilities { get; init; }

    /// <summary>Who begins.</summary>
    public TunnelPeerId Initiator { get; init; }

    /// <summary>Whom it is meant for.</summary>
    public TunnelPeerId Responder { get; init; }

    /// <summary>The initiator's clock, in milliseconds since 1970.</summary>
    public ulong Time { get; init; }

    /// <summary>32 random bytes.</summary>
    public ReadOnlySpan<byte> Nonce { get; init; }

    /// <summary>The initiator's ephemeral X25519 key.</summary>
    public ReadOnlySpan<byte> X25519Key { get; init; }

    /// <summary>The cookie of a RETRY, 40 bytes, or empty.</summary>
    public ReadOnlySpan<byte> Cookie { get; init; }

    /// <summary>The initiator's public key, 2624 bytes, or empty.</summary>
    public ReadOnlySpan<byte> PublicKey { get; init; }

    /// <summary>The invitation's ID, 16 bytes, or empty.</summary>
    public ReadOnlySpan<byte> InvitationId { get; init; }

    /// <summary>The proof of the invitation's secret, 32 bytes, or empty.</summary>
    public ReadOnlySpan<byte> InvitationMac { get; init; }

    /// <summary>The initiator's signature over all before it.</summary>
    public ReadOnlySpan<byte> Signature { get; init; }

    /// <summary>What the MAC of the invitation covers: everything up to and with its ID. Set by <see cref="TryRead"/>.</summary>
    public ReadOnlySpan<byte> ProvedByInvitation { get; private init; }

    /// <summary>What the signature covers. Set by <see cref="TryRead"/>.</summary>
    public ReadOnlySpan<byte> Signed { get; private init; }

    /// <summary>The length of the whole message in bytes.</summary>
    public int Size => FixedSize + Suites.Length + Cookie.Length + PublicKey.Length + (InvitationId.IsEmpty ? 0 : InvitationProof.IdSize + InvitationProof.MacSize);

    /// <summary>Reads a whole message; false if it is not exactly one valid HELLO of version 1.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out HelloMessage hello)
    {
        hello = default;
        var reader = new WireReader(message);
        reader.Require(reader.Byte() == (byte)HandshakeMessageType.Hello);
        reader.Require(reader.Byte() == HandshakeSizes.Version);
        var flags = reader.Byte();
        reader.Require(flags < 16);
        var suites = reader.Byte();
        reader.Require(suites is >= 1 and <= MaxSuites);
        var read = new HelloMessage
        {
            KeysWanted = (flags & KeysWantedFlag) != 0,
            Suites = reader.Bytes(2 * suites),
            Capabilities = (TunnelCapabilities)reader.UInt32(),
            Initiator = reader.PeerId(),
            Responder = reader.PeerId(),
            Time = reader.UInt64(),
            Nonce = reader.Bytes(NonceSize),
            X25519Key = reader.Bytes(HandshakeSizes.X25519Key),
            Cookie = reader.Bytes((flags & CookieFlag) == 0 ? 0 : HandshakeCookies.Size),
            PublicKey = reader.Bytes((flags & KeysFlag) == 0 ? 0 : HandshakeSizes.PublicKey),
            InvitationId = reader.Bytes((flags & InvitationFlag) == 0 ? 0 : InvitationProof.IdSize),
            ProvedByInvitation = reader.Consumed,
            InvitationMac = reader.Bytes((flags & InvitationFlag) == 0 ? 0 : InvitationProof.MacSize),
            Signed = reader.Consumed,
            Signature = reader.Bytes(HandshakeSizes.Signature),
        };
        if (!reader.IsComplete || HasDuplicates(read.Suites) || read.Initiator == read.Responder) return false;
        hello = read;
        return true;
    }

    /// <summary>Writes everything up to the invitation's MAC, or up to the signature if there is no invitation: what comes after is computed over it.</summary>
    /// <exception cref="ArgumentException">A field has the wrong length, or the buffer is too small.</exception>
    /// <returns>The number of bytes written.</returns>
    public int WriteBeforeProofs(Span<byte> destination)
    {
        if (Suites.Length % 2 != 0 || Suites.Length is < 2 or > 2 * MaxSuites || Nonce.Length != NonceSize || X25519Key.Length != HandshakeSizes.X25519Key
            || Cookie.Length is not (0 or HandshakeCookies.Size) || PublicKey.Length is not (0 or HandshakeSizes.PublicKey)
            || InvitationId.Length is not (0 or InvitationProof.IdSize))
        {
            throw new ArgumentException("A field of HELLO has the wrong length.");
        }

        var writer = new WireWriter(destination);
        writer.Byte((byte)HandshakeMessageType.Hello);
        writer.Byte(HandshakeSizes.Version);
        writer.Byte((byte)((Cookie.IsEmpty ? 0 : CookieFlag) | (PublicKey.IsEmpty ? 0 : KeysFlag) | (KeysWanted ? KeysWantedFlag : 0) | (InvitationId.IsEmpty ? 0 : InvitationFlag)));
        writer.Byte((byte)(Suites.Length / 2));
        writer.Bytes(Suites);
        writer.UInt32((uint)Capabilities);
        writer.PeerId(Initiator);
        writer.PeerId(Responder);
        writer.UInt64(Time);
        writer.Bytes(Nonce);
        writer.Bytes(X25519Key);
        writer.Bytes(Cookie);
        writer.Bytes(PublicKey);
        writer.Bytes(InvitationId);
        return writer.Position;
    }

    private static bool HasDuplicates(ReadOnlySpan<byte> suites)
    {
        for (var i = 2; i < suites.Length; i += 2)
        {
            for (var j = 0; j < i; j += 2)
            {
                if (BinaryPrimitives.ReadUInt16BigEndian(suites[i..]) == BinaryPrimitives.ReadUInt16BigEndian(suites[j..])) return true;
            }
        }

        return false;
    }
}
