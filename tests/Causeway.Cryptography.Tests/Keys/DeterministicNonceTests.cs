using System.Security.Cryptography;
using System.Text;
using Causeway.Cryptography.Keys;

namespace Causeway.Cryptography.Tests.Keys;

public sealed class DeterministicNonceTests
{
    // RFC 6979, appendix A.2.5 (P-256, SHA-256). Neither hash reaches the order, so reducing them changes nothing.
    [Theory]
    [InlineData("sample", "a6e3c57dd01abe90086538398355dd4c3b17aa873382b0f24d6129493d8aad60")]
    [InlineData("test", "d16b6ae827f17175e040871a1c7ec3500192c4c92677336ec2537acaee0008e0")]
    public void Nonces_are_those_of_RFC_6979(string message, string expected)
    {
        var key = Convert.FromHexString("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
        var nonces = new DeterministicNonce(new byte[64], key, SHA256.HashData(Encoding.UTF8.GetBytes(message)));
        var nonce = new byte[32];

        nonces.Next(nonce);
        Assert.Equal(expected, Convert.ToHexStringLower(nonce));
        nonces.Next(nonce);
        Assert.NotEqual(expected, Convert.ToHexStringLower(nonce));
    }

    [Fact]
    public void A_cleared_generator_has_no_state_left()
    {
        var state = new byte[64];
        var nonces = new DeterministicNonce(state, new byte[32], new byte[32]);
        Assert.Contains(state, b => b != 0);
        nonces.Clear();
        Assert.DoesNotContain(state, b => b != 0);
    }
}
