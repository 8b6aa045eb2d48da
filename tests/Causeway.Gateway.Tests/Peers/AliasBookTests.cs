using Causeway.Cryptography.Keys;
using Causeway.Gateway.Peers;
using Causeway.Multiformats;

namespace Causeway.Gateway.Tests.Peers;

public sealed class AliasBookTests
{
    [Theory]
    [InlineData(0, "peer-a")]
    [InlineData(1, "peer-b")]
    [InlineData(25, "peer-z")]
    [InlineData(26, "peer-aa")]
    [InlineData(27, "peer-ab")]
    [InlineData(51, "peer-az")]
    [InlineData(52, "peer-ba")]
    [InlineData(701, "peer-zz")]
    [InlineData(702, "peer-aaa")]
    public void Aliases_count_like_columns(int index, string alias) => Assert.Equal(alias, AliasBook.Name(index));

    [Fact]
    public void A_peer_keeps_its_alias_and_no_two_share_one()
    {
        var book = new AliasBook();
        using var a = PrivateKey.Generate();
        using var b = PrivateKey.Generate();
        Assert.Equal("peer-a", book.For(PeerId.FromPublicKey(a.PublicKey)));
        Assert.Equal("peer-b", book.For(PeerId.FromPublicKey(b.PublicKey)));
        Assert.Equal("peer-a", book.For(PeerId.FromPublicKey(a.PublicKey)));
    }
}
