using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Tunnel.Protocol.Relaying;

/// <summary>RELAY_HELLO: what a relay says first (tunnel protocol §2.1).</summary>
public sealed record RelayHello
{
    /// <summary>The length of the body in bytes.</summary>
    public const int BodySize = 1 + 8 + 1 + NonceSize + RelayProof.PublicKeySize;

    /// <summary>The length of a nonce in bytes.</summary>
    public const int NonceSize = 32;

    /// <summary>The version of the link that this code speaks.</summary>
    public const byte Version = 1;

    /// <summary>The relay's clock.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>How busy the relay is, 0 to 100.</summary>
    public required byte Load { get; init; }

    /// <summary>Fresh for every connection.</summary>
    public required ReadOnlyMemory<byte> Nonce { get; init; }

    /// <summary>The relay's hybrid public key, 2624 bytes.</summary>
    public required ReadOnlyMemory<byte> PublicKey { get; init; }

    /// <summary>The peer ID that the key gives.</summary>
    public TunnelPeerId RelayId => TunnelPeerId.FromPublicKey(PublicKey.Span);

    /// <summary>The whole record.</summary>
    public byte[] Encode()
    {
        var record = new byte[RecordHeader.Size + BodySize];
        new RecordHeader(RecordType.RelayHello, BodySize).Write(record);
        var writer = new WireWriter(record.AsSpan(RecordHeader.Size));
        writer.Byte(Version);
        writer.UInt64((ulong)Time.ToUnixTimeMilliseconds());
        writer.Byte(Load);
        writer.Bytes(Nonce.Span);
        writer.Bytes(PublicKey.Span);
        return record;
    }

    /// <summary>Reads a body.</summary>
    /// <exception cref="RelayLinkException">It is none, or of another version.</exception>
    public static RelayHello Decode(ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        if (reader.Byte() != Version) throw new RelayLinkException(RelayRefusalCode.Version, "the relay speaks another version of the protocol; update the older of the two");
        var time = reader.UInt64();
        var load = reader.Byte();
        reader.Require(load <= 100 && time <= (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds());
        var nonce = reader.Bytes(NonceSize);
        var key = reader.Bytes(RelayProof.PublicKeySize);
        if (!reader.IsComplete) throw new RelayLinkException(RelayRefusalCode.Malformed, "the relay's RELAY_HELLO is malformed");
        return new RelayHello { Time = DateTimeOffset.FromUnixTimeMilliseconds((long)time), Load = load, Nonce = nonce.ToArray(), PublicKey = key.ToArray() };
    }
}
