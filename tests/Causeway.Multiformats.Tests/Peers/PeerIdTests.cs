using Causeway.Cryptography.Keys;
using Xunit;

namespace Causeway.Multiformats.Tests.Peers;

public sealed class PeerIdTests
{
    // libp2p specs, peer-ids.md: two forms of one sha2-256 peer ID and an Ed25519 one.
    private const string HashedCid = "bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe";
    private const string Hashed = "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N";
    private const string Ed25519 = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";

    [Theory]
    [InlineData(Hashed)]
    [InlineData(Ed25519)]
    public void All_forms_name_the_same_peer(string text)
    {
        var id = PeerId.Parse(text);
        Assert.Equal(text, id.ToString());
        Assert.Same(id.ToString(), id.ToString());
        Assert.Equal(id, PeerId.FromBytes(id.Bytes.Span));
        Assert.Equal(id, PeerId.Parse(id.ToCidString()));
        foreach (var encoding in Enum.GetValues<MultibaseEncoding>().Where(e => e != MultibaseEncoding.None))
        {
            var cid = Cid.CreateV1(Multicodec.Libp2pKey, Multihash.FromBytes(id.Bytes.Span)).ToString(encoding);
            Assert.Equal(id, PeerId.Parse(cid));
        }
    }

    [Fact]
    public void The_examples_of_the_specification_agree()
    {
        Assert.Equal(HashedCid, PeerId.Parse(Hashed).ToCidString());
        Assert.Equal(Hashed, PeerId.Parse(HashedCid).ToString());
    }

    [Fact]
    public void The_key_of_the_gateway_contract_has_its_peer_id()
    {
        using var key = PrivateKey.FromProtobuf(
            Convert.FromBase64String("CAESQAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="));
        var id = PeerId.FromPublicKey(key.PublicKey);
        Assert.Equal("12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB", id.ToString());
        Assert.True(PeerId.Parse(id.ToString()).TryGetPublicKey(out var embedded));
        Assert.Equal(key.PublicKey, embedded);
    }

    // Public keys of the specification's test vectors: short ones are embedded, long ones hashed.
    [Theory]
    [InlineData(KeyType.Ed25519, "12D3KooW", "080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e")]
    [InlineData(KeyType.Secp256k1, "16Uiu2HA", "08021221037777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca99")]
    [InlineData(
        KeyType.Ecdsa,
        "Qm",
        "0803125b3059301306072a8648ce3d020106082a8648ce3d03010703420004de3d300fa36ae0e8f5d530899d83abab44abf3161f162a4bc901d8e6ecda020e8b6d5f8da30525e71d6851510c098e5c47c646a597fb4dcec034e9f77c409e62")]
    public void Each_key_type_has_its_kind_of_id(KeyType type, string prefix, string hex)
    {
        var key = PublicKey.FromProtobuf(Convert.FromHexString(hex));
        Assert.Equal(type, key.Type);
        var id = PeerId.FromPublicKey(key);
        Assert.StartsWith(prefix, id.ToString(), StringComparison.Ordinal);
        Assert.Equal(id, PeerId.Parse(id.ToString()));
        Assert.True(Multihash.FromBytes(id.Bytes.Span).Matches(Convert.FromHexString(hex)));
        Assert.True(id.TryGetPublicKey(out var known) && known.Equals(key));
        Assert.Equal(prefix != "Qm", PeerId.FromBytes(id.Bytes.Span).TryGetPublicKey(out var embedded));
        Assert.Equal(prefix != "Qm" ? key : null, embedded);
    }

    [Fact]
    public void Rsa_keys_have_hashed_ids()
    {
        using var key = PrivateKey.Generate(KeyType.Rsa);
        var id = PeerId.FromPublicKey(key.PublicKey);
        Assert.True(Multihash.FromBytes(id.Bytes.Span).Matches(key.PublicKey.ToProtobuf()));
        Assert.Equal(MultihashCode.Sha2_256, Multihash.FromBytes(id.Bytes.Span).Code);
    }

    [Fact]
    public void An_embedded_point_off_its_curve_is_no_key()
    {
        // No point of secp256k1 has x = 5.
        var id = PeerId.FromBytes(Convert.FromHexString("0025080212210200000000000000000000000000000000000000000000000000000000" + "00000005"));
        Assert.False(id.TryGetPublicKey(out var key));
        Assert.Null(key);
    }

    [Fact]
    public void A_hashed_id_holds_no_key() => Assert.False(PeerId.Parse(Hashed).TryGetPublicKey(out _));

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("Qm")]
    [InlineData("12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5S")]
    [InlineData("12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA1")]
    [InlineData("12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5S0")]
    [InlineData("z12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA")]
    [InlineData("QmxoHT6iViN5xAjoz1VZ553cL31U9F94ht3QvWR1FrEbZY")]
    [InlineData("bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354")]
    [InlineData("QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N ")]
    public void Texts_that_name_no_peer_are_refused(string text)
    {
        Assert.False(PeerId.TryParse(text, out var id));
        Assert.Null(id);
        Assert.Throws<FormatException>(() => PeerId.Parse(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("0000")]
    [InlineData("1220")]
    [InlineData("121faaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("1320aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("00240801122103a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")]
    [InlineData("00240803122003a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")]
    [InlineData("00241220080103a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")]
    [InlineData("00250802122105a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8aa")]
    [InlineData("00260801122003a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b81800")]
    public void Multihashes_that_are_no_peer_id_are_refused(string hex)
    {
        Assert.False(PeerId.TryFromBytes(Convert.FromHexString(hex), out var id));
        Assert.Null(id);
        Assert.Throws<FormatException>(() => PeerId.FromBytes(Convert.FromHexString(hex)));
    }

    [Fact]
    public void Messages_show_hostile_text_short_and_harmless()
    {
        var error = Assert.Throws<FormatException>(() => PeerId.Parse("\u001b[31m\r\n" + new string('x', 10_000)));
        Assert.DoesNotContain("\u001b", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", error.Message, StringComparison.Ordinal);
        Assert.True(error.Message.Length < 400);
    }

    [Fact]
    public void Ids_are_compared_by_value()
    {
        var a = PeerId.Parse(Ed25519);
        var b = PeerId.Parse(Ed25519);
        var c = PeerId.Parse(Hashed);
        Assert.True(a == b && a != c && a.Equals((object)b) && a.GetHashCode() == b.GetHashCode());
        Assert.True(a.CompareTo(c) < 0 && c.CompareTo(a) > 0 && a.CompareTo(b) == 0 && a.CompareTo(null) > 0);
        Assert.False(a == null);
        Assert.Single(new HashSet<PeerId> { a, b });
    }

    [Fact]
    public void Use_as_a_key_and_in_logs_allocates_nothing()
    {
        var ids = new Dictionary<PeerId, string> { [PeerId.Parse(Ed25519)] = "x" };
        var key = PeerId.Parse(Ed25519);
        _ = ids[key] + key.ToString();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var length = 0;
        for (var i = 0; i < 1000; i++) length += ids[key].Length + key.ToString().Length;
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(53_000, length);
    }
}
