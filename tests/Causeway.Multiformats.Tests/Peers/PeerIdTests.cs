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
    public void Both_text_forms_name_the_same_peer(string text)
    {
        var id = PeerId.Parse(text);
        Assert.Equal(text, id.ToString());
        Assert.Equal(id, PeerId.Parse(id.ToCidString()));
        Assert.Equal(id, PeerId.FromBytes(id.Bytes.Span));
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
        byte[] embedded = [0x00, 0x24, 0x08, 0x01, 0x12, 0x20, .. Convert.FromHexString("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")];
        Assert.Equal("12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB", PeerId.FromBytes(embedded).ToString());
    }
}
