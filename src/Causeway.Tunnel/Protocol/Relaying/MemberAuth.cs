using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Tunnel.Protocol.Relaying;

/// <summary>AUTH: the member's proof (tunnel protocol §2.1).</summary>
public sealed record MemberAuth
{
    /// <summary>The length of the body in bytes.</summary>
    public const int BodySize = 1 + RelayHello.NonceSize + RelayProof.PublicKeySize + RelayProof.SignatureSize;

    /// <summary>The member's nonce, which the relay will sign.</summary>
    public required ReadOnlyMemory<byte> Nonce { get; init; }

    /// <summary>The member's hybrid public key, 2624 bytes.</summary>
    public required ReadOnlyMemory<byte> PublicKey { get; init; }

    /// <summary>The signature over <see cref="RelayProof.MemberMessage"/>.</summary>
    public required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>The peer ID that the key gives.</summary>
    public TunnelPeerId MemberId => TunnelPeerId.FromPublicKey(PublicKey.Span);

    /// <summary>The whole record.</summary>
    public byte[] Encode()
    {
        var record = new byte[RecordHeader.Size + BodySize];
        new RecordHeader(RecordType.Auth, BodySize).Write(record);
        var writer = new WireWriter(record.AsSpan(RecordHeader.Size));
        writer.Byte(RelayHello.Version);
        writer.Bytes(Nonce.Span);
        writer.Bytes(PublicKey.Span);
        writer.Bytes(Signature.Span);
        return record;
    }

    /// <summary>Reads a body. What it holds is a view of <paramref name="body"/>.</summary>
    /// <exception cref="RelayLinkException">It is none, or of another version.</exception>
    public static MemberAuth Decode(ReadOnlyMemory<byte> body)
    {
        if (body.Length != BodySize) throw new RelayLinkException(RelayRefusalCode.Malformed, "AUTH has another length");
        if (body.Span[0] != RelayHello.Version) throw new RelayLinkException(RelayRefusalCode.Version, $"this relay speaks version {RelayHello.Version} only");
        return new MemberAuth
        {
            Nonce = body.Slice(1, RelayHello.NonceSize),
            PublicKey = body.Slice(1 + RelayHello.NonceSize, RelayProof.PublicKeySize),
            Signature = body[^RelayProof.SignatureSize..],
        };
    }
}
