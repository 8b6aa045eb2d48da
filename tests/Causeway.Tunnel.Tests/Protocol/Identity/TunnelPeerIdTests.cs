using System.Security.Cryptography;
using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Tests.Protocol.Identity;

public sealed class TunnelPeerIdTests
{
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 32).Select(i => (byte)(i * 7))];

    [Fact]
    public void The_text_is_a_sha2_256_multihash_in_base32()
    {
        // (printf '\x12\x20'; printf '' | openssl dgst -sha256 -binary) | base32
        var id = TunnelPeerId.Read(SHA256.HashData([]));
        Assert.Equal("bciqohmgeikmpyhautl57jsezn64sij5oihsgjg4tjssjlgi3pbjlqvi", id.ToString());
        Assert.Equal(TunnelPeerId.TextLength, id.ToString().Length);
        Assert.Equal(id, TunnelPeerId.Parse(id.ToString()));
    }

    [Fact]
    public void It_is_the_hash_of_the_public_key()
    {
        var key = new byte[2624];
        new Random(1).NextBytes(key);
        Assert.Equal(SHA256.HashData(key), TunnelPeerId.FromPublicKey(key).ToByteArray());
        Assert.Throws<ArgumentException>(() => TunnelPeerId.FromPublicKey(key.AsSpan(1)));
    }

    [Fact]
    public void Only_the_canonical_text_is_read()
    {
        var text = TunnelPeerId.Read(Bytes).ToString();
        string?[] refused = [null, "", text[1..], text + "a", text.ToUpperInvariant(), "b" + text[1..].ToUpperInvariant(), "bafk" + text[4..], text[..^1] + "1", " " + text[1..], "z" + text[1..]];
        Assert.All(refused, t => Assert.False(TunnelPeerId.TryParse(t, out _)));
        Assert.Throws<FormatException>(() => TunnelPeerId.Parse("bciq"));
    }

    [Fact]
    public void Every_byte_counts_in_equality_and_order()
    {
        var id = TunnelPeerId.Read(Bytes);
        for (var i = 0; i < Bytes.Length; i++)
        {
            var other = (byte[])Bytes.Clone();
            other[i]++;
            var greater = TunnelPeerId.Read(other);
            Assert.NotEqual(id, greater);
            Assert.True(id != greater && id < greater && greater > id && id <= greater && greater >= id);
            Assert.Equal(Bytes.AsSpan().SequenceCompareTo(other) < 0, id.CompareTo(greater) < 0);
        }

        Assert.Equal(id.GetHashCode(), TunnelPeerId.Read(Bytes).GetHashCode());
        Assert.True(default(TunnelPeerId).IsZero);
        Assert.False(id.IsZero);
    }
}
