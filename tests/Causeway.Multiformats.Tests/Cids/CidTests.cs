using Causeway.Testing;
using FsCheck.Fluent;
using Xunit;

namespace Causeway.Multiformats.Tests.Cids;

public sealed class CidTests
{
    // The empty UnixFS directory: an address that every IPFS node knows.
    private const string EmptyV0 = "QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn";
    private const string EmptyV1 = "bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354";

    [Fact]
    public void The_two_versions_convert_into_each_other()
    {
        var v0 = Cid.Parse(EmptyV0);
        var v1 = Cid.Parse(EmptyV1);
        Assert.Equal((0, Multicodec.DagPb), (v0.Version, v0.Codec));
        Assert.Equal((1, Multicodec.DagPb), (v1.Version, v1.Codec));
        Assert.Equal(v1, v0.ToV1());
        Assert.Equal(v0, v1.ToV0());
        Assert.True(v0 != v1);
        Assert.Equal(v0.Hash, v1.Hash);
        Assert.Equal((EmptyV0, EmptyV1), (v0.ToString(), v1.ToString()));
    }

    [Fact]
    public void The_codec_fixtures_are_named_by_their_bytes()
    {
        var files = Directory.GetFiles(Vectors.Locate("ipld/fixtures"), "*", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var cid = Cid.Parse(Path.GetFileNameWithoutExtension(file));
            Assert.Equal(Path.GetExtension(file), "." + cid.Codec.Name());
            Assert.True(cid.Hash.Matches(File.ReadAllBytes(file)), file);
            Assert.Equal(Path.GetFileNameWithoutExtension(file), cid.ToString());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("Qm")]
    [InlineData("QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3N")]
    [InlineData("QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn1")]
    [InlineData("QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA30n")]
    [InlineData("zQmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn")]
    [InlineData("bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf35")]
    [InlineData("bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354a")]
    [InlineData("bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf355")]
    [InlineData("/ipfs/QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn")]
    [InlineData("f")]
    [InlineData("f01")]
    [InlineData("f0155")]
    [InlineData("f02551201aa")]
    [InlineData("f81005512")]
    [InlineData("f01d5001201aa")]
    public void Malformed_texts_are_refused(string text)
    {
        Assert.False(Cid.TryParse(text, out var cid));
        Assert.Null(cid);
        Assert.Throws<FormatException>(() => Cid.Parse(text));
    }

    [Fact]
    public void A_cid_is_read_from_the_start_of_longer_bytes()
    {
        foreach (var cid in new[] { Cid.Parse(EmptyV0), Cid.Parse(EmptyV1) })
        {
            byte[] longer = [.. cid.Bytes.Span, 1, 2, 3];
            Assert.True(Cid.TryRead(longer, out var read, out var length));
            Assert.Equal((cid, cid.Bytes.Length), (read, length));
            Assert.False(Cid.TryFromBytes(longer, out _));
        }
    }

    [Fact]
    public void What_version_0_cannot_say_is_refused()
    {
        var sha512 = Multihash.Compute(MultihashCode.Sha2_512, []);
        Assert.Throws<ArgumentException>(() => Cid.CreateV0(sha512));
        Assert.Throws<InvalidOperationException>(() => Cid.CreateV1(Multicodec.Raw, Multihash.Compute(MultihashCode.Sha2_256, [])).ToV0());
        Assert.Throws<InvalidOperationException>(() => Cid.Parse(EmptyV0).ToString(MultibaseEncoding.Base32));
        Assert.Equal(EmptyV0, Cid.Parse(EmptyV0).ToString(MultibaseEncoding.Base58Btc));
    }

    [Fact]
    public void Every_cid_comes_back_from_every_base() => Properties.Check(Prop.ForAll<byte[], int, byte>((data, codec, pick) =>
    {
        var encodings = Enum.GetValues<MultibaseEncoding>();
        var encoding = encodings[1 + pick % (encodings.Length - 1)];
        var code = pick % 2 == 0 ? MultihashCode.Identity : MultihashCode.Sha2_256;
        var cid = Cid.CreateV1((Multicodec)Math.Abs((long)codec), Multihash.Compute(code, data));
        return Cid.Parse(cid.ToString(encoding)) == cid && Cid.FromBytes(cid.Bytes.Span) == cid && Cid.Parse(cid.ToString()).GetHashCode() == cid.GetHashCode();
    }));
}
