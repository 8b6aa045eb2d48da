using System.Security.Cryptography;
using Causeway.Cryptography.Agreement;
using Xunit;

namespace Causeway.Cryptography.Tests.Agreement;

public sealed class X25519Tests
{

    [Fact]
    public void Both_sides_derive_the_same_secret()
    {
        using var alice = X25519PrivateKey.Generate();
        using var bob = X25519PrivateKey.Generate();
        Span<byte> one = stackalloc byte[32], two = stackalloc byte[32];
        for (var i = 0; i < 10; i++)
        {
            alice.Derive(bob.PublicKey.Span, one);
            bob.Derive(alice.PublicKey.Span, two);
            Assert.True(one.SequenceEqual(two));
        }
    }

    [Fact]
    public void A_peer_key_of_small_order_is_refused()
    {
        using var key = X25519PrivateKey.Generate();
        Assert.Throws<CryptographicException>(() => key.Derive(new byte[32], new byte[32]));
    }
}
