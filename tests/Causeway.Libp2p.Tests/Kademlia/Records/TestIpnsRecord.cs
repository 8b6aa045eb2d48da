using System.Buffers.Binary;
using System.Text;
using Causeway.Cryptography.Keys;
using Causeway.Libp2p.Wire;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Kademlia.Records;

/// <summary>Makes IPNS records (ipfs/specs, <c>ipns/ipns-record.md</c>, "Record Creation").</summary>
internal sealed record TestIpnsRecord(PrivateKey Signer)
{
    public static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public ulong Sequence { get; init; } = 7;

    public string Validity { get; init; } = "2026-01-02T00:00:00.123456789Z";

    public ulong ValidityType { get; init; }

    public string Value { get; init; } = "/ipfs/bafkqaddwgevxmmraojswg33smq";

    /// <summary>Whether the copies of version 1 are there too.</summary>
    public bool HasVersion1 { get; init; }

    /// <summary>What the copy of version 1 says of the value, where it is not the same.</summary>
    public string? Version1Value { get; init; }

    public bool HasPublicKey { get; init; }

    public bool HasSignature { get; init; } = true;

    public byte[]? Data { get; init; }

    public static byte[] KeyOf(PrivateKey key) => [.. "/ipns/"u8, .. PeerId.FromPublicKey(key.PublicKey).Span];

    public byte[] Encode()
    {
        var data = Data ?? Cbor();
        var buffer = new byte[16 << 10];
        var writer = new WireWriter(buffer);
        if (HasVersion1)
        {
            writer.WriteField(1, Version1Value ?? Value);
            writer.WriteField(2, "no longer looked at"u8);
            writer.WriteVarintField(3, ValidityType);
            writer.WriteField(4, Validity);
            writer.WriteVarintField(5, Sequence);
            writer.WriteVarintField(6, 300);
        }

        if (HasPublicKey) writer.WriteField(7, Signer.PublicKey.ToProtobuf());
        if (HasSignature) writer.WriteField(8, Signer.Sign([.. "ipns-signature:"u8, .. data]));
        writer.WriteField(9, data);
        return buffer[..writer.Position];
    }

    public byte[] Cbor() =>
    [
        0xa5,
        .. Text("TTL"), 0x19, 0x01, 0x2c,
        .. Text("Value"), .. Bytes(Encoding.UTF8.GetBytes(Value)),
        .. Text("Sequence"), .. Number(Sequence),
        .. Text("Validity"), .. Bytes(Encoding.ASCII.GetBytes(Validity)),
        .. Text("ValidityType"), .. Number(ValidityType),
    ];

    public static byte[] Text(string text) => [(byte)(0x60 | text.Length), .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Bytes(byte[] bytes) => [0x58, (byte)bytes.Length, .. bytes];

    private static byte[] Number(ulong number)
    {
        if (number < 24) return [(byte)number];
        var wide = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(wide, number);
        return [0x1b, .. wide];
    }
}
