using System.Security.Cryptography;
using Causeway.Cryptography.Agreement;

namespace Causeway.Cryptography.Tests.Agreement;

public sealed class X25519Tests
{
    // RFC 7748, section 5.2.
    [Theory]
    [InlineData("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4", "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c", "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552")]
    [InlineData("4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d", "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493", "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957")]
    public void The_function_is_that_of_RFC_7748(string scalar, string point, string expected)
    {
        using var key = X25519PrivateKey.FromBytes(Convert.FromHexString(scalar));
        Assert.Equal(expected, Convert.ToHexStringLower(Derive(key, Convert.FromHexString(point))));
    }

    // RFC 7748, section 5.2; the million is for soak runs.
    [Fact]
    public void The_function_iterated_is_that_of_RFC_7748()
    {
        byte[] scalar = [9, .. new byte[31]], point = [9, .. new byte[31]];
        var expected = new Dictionary<int, string>
        {
            [1] = "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079",
            [1_000] = "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51",
            [1_000_000] = "7c3911e0ab2586fd864497297e575e6f3bc601c0883c30df5f4dd2d24f665424",
        };
        for (var i = 1; i <= Soak.Count(1_000, 1_000_000); i++)
        {
            using var key = X25519PrivateKey.FromBytes(scalar);
            (scalar, point) = (Derive(key, point), scalar);
            if (expected.TryGetValue(i, out var value)) Assert.Equal(value, Convert.ToHexStringLower(scalar));
        }
    }

    // RFC 7748, section 6.1.
    [Fact]
    public void Alice_and_Bob_of_RFC_7748_share_its_secret()
    {
        using var alice = X25519PrivateKey.FromBytes(Convert.FromHexString("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
        using var bob = X25519PrivateKey.FromBytes(Convert.FromHexString("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));

        Assert.Equal("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a", Convert.ToHexStringLower(alice.PublicKey.Span));
        Assert.Equal("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f", Convert.ToHexStringLower(bob.PublicKey.Span));
        Assert.Equal("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742", Convert.ToHexStringLower(Derive(alice, bob.PublicKey.Span)));
        Assert.Equal("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742", Convert.ToHexStringLower(Derive(bob, alice.PublicKey.Span)));
    }

    // The points of order 1, 2, 4 and 8 and their non-canonical encodings (https://cr.yp.to/ecdh.html, "validate").
    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")]
    [InlineData("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    public void A_peer_key_of_small_order_is_refused_and_leaves_no_secret(string point)
    {
        using var key = X25519PrivateKey.Generate();
        var secret = new byte[32];
        secret.AsSpan().Fill(7);
        Assert.Throws<CryptographicException>(() => key.Derive(Convert.FromHexString(point), secret));
        Assert.Equal(new byte[32], secret);

        using var other = X25519PrivateKey.Generate();
        Assert.Equal(Derive(other, key.PublicKey.Span), Derive(key, other.PublicKey.Span));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void Keys_of_other_lengths_are_refused(int length)
    {
        using var key = X25519PrivateKey.Generate();
        Assert.Throws<CryptographicException>(() => key.Derive(new byte[length], new byte[32]));
        Assert.Throws<FormatException>(() => X25519PrivateKey.FromBytes(new byte[length]));
    }

    [Fact]
    public void A_disposed_key_derives_nothing()
    {
        var key = X25519PrivateKey.Generate();
        key.Dispose();
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.Derive([9, .. new byte[31]], new byte[32]));
        Assert.Equal(32, key.PublicKey.Length);
    }

    [Fact]
    public async Task Many_threads_share_one_key()
    {
        using X25519PrivateKey key = X25519PrivateKey.Generate(), peer = X25519PrivateKey.Generate();
        var expected = Derive(peer, key.PublicKey.Span);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 200; i++) Assert.Equal(expected, Derive(key, peer.PublicKey.Span));
        })));
    }

    private static byte[] Derive(X25519PrivateKey key, ReadOnlySpan<byte> peer)
    {
        var secret = new byte[32];
        key.Derive(peer, secret);
        return secret;
    }
}
