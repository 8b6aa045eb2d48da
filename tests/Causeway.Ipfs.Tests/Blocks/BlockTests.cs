using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Blocks;

public sealed class BlockTests
{
    private static readonly byte[] Bytes = "hello world"u8.ToArray();

    // The CID of "hello world" as a raw block, as Kubo and Helia print it (shared/vectors/unixfs).
    private const string HelloWorld = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";

    [Fact]
    public void A_block_is_named_by_codec_and_sha2_256() => Assert.Equal(HelloWorld, Block.Create(Multicodec.Raw, Bytes).Cid.ToString());

    [Fact]
    public void Bytes_with_the_hash_of_their_CID_are_accepted() => Assert.Equal(Bytes, Block.Verify(Cid.Parse(HelloWorld), Bytes).Data.ToArray());

    [Fact]
    public void Bytes_with_another_hash_are_refused()
    {
        var error = Assert.Throws<IpfsException>(() => Block.Verify(Cid.Parse(HelloWorld), new byte[11]));
        Assert.Equal(IpfsError.HashMismatch, error.Error);
        Assert.Contains(HelloWorld, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_over_the_limit_is_refused_before_it_is_hashed()
    {
        var error = Assert.Throws<IpfsException>(() => Block.Verify(Cid.Parse(HelloWorld), new byte[Block.MaxLength + 1]));
        Assert.Equal(IpfsError.TooLarge, error.Error);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(Block.MinDigestLength - 1)]
    public void A_digest_too_short_to_prove_anything_is_refused(int length)
    {
        var digest = Multihash.Compute(MultihashCode.Sha2_256, Bytes).Digest.Span[..length];
        var cid = Cid.CreateV1(Multicodec.Raw, Multihash.FromDigest(MultihashCode.Sha2_256, digest));
        Assert.Equal(IpfsError.NotSupported, Assert.Throws<IpfsException>(() => Block.Verify(cid, Bytes)).Error);
    }

    [Fact]
    public void A_CID_may_carry_its_bytes_in_itself()
    {
        var cid = Cid.CreateV1(Multicodec.Raw, Multihash.FromDigest(MultihashCode.Identity, Bytes));
        Assert.True(Block.TryInline(cid, out var block));
        Assert.Equal(Bytes, block.Value.Data.ToArray());
        Assert.False(Block.TryInline(Cid.Parse(HelloWorld), out _));
    }
}
