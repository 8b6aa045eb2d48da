using Causeway.Cryptography.Keys;
using Causeway.Libp2p.Kademlia.Records;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Kademlia.Records;

public sealed class RecordValidatorTests
{
    private readonly PublicKeyRecordValidator _publicKeys = new();
    private readonly IpnsRecordValidator _ipns = new();

    [Theory]
    [InlineData(KeyType.Ed25519)]
    [InlineData(KeyType.Rsa)]
    [InlineData(KeyType.Secp256k1)]
    [InlineData(KeyType.Ecdsa)]
    public void A_public_key_stands_under_the_id_of_its_peer_only(KeyType type)
    {
        using var key = PrivateKey.Generate(type);
        byte[] name = [.. "/pk/"u8, .. PeerId.FromPublicKey(key.PublicKey).Span];

        Assert.True(_publicKeys.IsValid(name, key.PublicKey.ToProtobuf(), TestIpnsRecord.Now));
        Assert.False(_publicKeys.IsValid([.. "/pk/"u8, .. Some.NewPeer().Span], key.PublicKey.ToProtobuf(), TestIpnsRecord.Now));
        Assert.False(_publicKeys.IsValid(name, "no key"u8, TestIpnsRecord.Now));
        Assert.False(_publicKeys.IsValid("/pk/nobody"u8, key.PublicKey.ToProtobuf(), TestIpnsRecord.Now));
    }

    [Theory]
    [InlineData(KeyType.Ed25519, false)]
    [InlineData(KeyType.Ed25519, true)]
    [InlineData(KeyType.Rsa, true)]
    public void An_ipns_record_of_its_signer_is_valid_in_both_versions(KeyType type, bool includesKey)
    {
        using var key = PrivateKey.Generate(type);
        var record = new TestIpnsRecord(key) { HasPublicKey = includesKey };

        Assert.True(IsValid(key, record));
        Assert.True(IsValid(key, record with { HasVersion1 = true }));
        Assert.True(IsValid(key, record with { Sequence = ulong.MaxValue, Validity = "2026-01-01T00:00:01Z" }));
    }

    [Fact]
    public void An_ipns_record_that_is_not_what_it_should_be_is_refused()
    {
        using var key = PrivateKey.Generate();
        using var other = PrivateKey.Generate();
        using var rsa = PrivateKey.Generate(KeyType.Rsa);
        var record = new TestIpnsRecord(key);
        var encoded = record.Encode();

        Assert.False(IsValid(key, record with { Validity = "2025-12-31T23:59:59.999Z" }), "It has expired.");
        Assert.False(IsValid(key, record with { Validity = "tomorrow, or the day after it" }), "It ends at no time.");
        Assert.False(IsValid(key, record with { ValidityType = 1 }), "Nobody knows this kind of validity.");
        Assert.False(IsValid(key, record with { HasSignature = false }), "It is not signed.");
        Assert.False(IsValid(key, record with { Signer = other }), "Somebody else signed it.");
        Assert.False(IsValid(key, record with { Signer = other, HasPublicKey = true }), "Somebody else signed it and says so.");
        Assert.False(IsValid(rsa, record with { Signer = rsa }), "The key is neither in the name nor in the record.");
        Assert.False(IsValid(key, record with { HasVersion1 = true, Version1Value = "/ipfs/other" }), "The versions do not agree.");
        Assert.False(IsValid(key, record with { Data = [] }), "It says nothing.");
        Assert.False(IsValid(key, record with { Data = [.. record.Cbor(), 0] }), "Something follows.");
        Assert.False(IsValid(key, record with { Data = [0xa1, .. TestIpnsRecord.Text("Value"), 0x41, 0] }), "Something is missing.");
        Assert.False(_ipns.IsValid(TestIpnsRecord.KeyOf(key), [.. encoded, .. new byte[IpnsRecordValidator.MaxSize]], TestIpnsRecord.Now), "It is too large.");
        Assert.False(_ipns.IsValid([.. "/pk/"u8, .. TestIpnsRecord.KeyOf(key)[6..]], encoded, TestIpnsRecord.Now), "It is in another namespace.");
        for (var i = 0; i < encoded.Length; i++)
        {
            var flipped = (byte[])encoded.Clone();
            flipped[i] ^= 0x10;
            Assert.False(_ipns.IsValid(TestIpnsRecord.KeyOf(key), flipped, TestIpnsRecord.Now), $"Byte {i} was changed.");
        }
    }

    [Fact]
    public void More_than_the_known_entries_may_be_signed()
    {
        using var key = PrivateKey.Generate();
        var record = new TestIpnsRecord(key);
        byte[] more = [0xa7, .. record.Cbor()[1..], .. TestIpnsRecord.Text("_list"), 0x82, 0x01, 0xa1, 0x61, (byte)'a', 0xf6, .. TestIpnsRecord.Text("_tag"), 0xc1, 0x20];

        Assert.True(IsValid(key, record with { Data = more }));
        Assert.False(IsValid(key, record with { Data = [0xa6, .. record.Cbor()[1..], .. TestIpnsRecord.Text("TTL"), 0x01] }), "An entry stands twice.");
        Assert.False(IsValid(key, record with { Data = [0xa6, .. record.Cbor()[1..], .. TestIpnsRecord.Text("_deep"), .. Enumerable.Repeat((byte)0x81, 1000), 0x01] }));
    }

    [Fact]
    public void The_higher_sequence_wins_then_the_later_end()
    {
        using var key = PrivateKey.Generate();
        var record = new TestIpnsRecord(key);
        var later = record with { Validity = "2026-01-03T00:00:00Z" };
        var higher = record with { Sequence = 8 };

        Assert.True(IsBetter(key, higher, later));
        Assert.False(IsBetter(key, later, higher));
        Assert.True(IsBetter(key, later, record));
        Assert.False(IsBetter(key, record, later));
        Assert.False(IsBetter(key, record, record));
    }

    private bool IsValid(PrivateKey name, TestIpnsRecord record) => _ipns.IsValid(TestIpnsRecord.KeyOf(name), record.Encode(), TestIpnsRecord.Now);

    private bool IsBetter(PrivateKey name, TestIpnsRecord candidate, TestIpnsRecord current) =>
        _ipns.IsBetter(TestIpnsRecord.KeyOf(name), candidate.Encode(), current.Encode());
}
