using System.Security.Cryptography;
using Causeway.Cryptography.Streams;

namespace Causeway.Cryptography.Tests.Streams;

/// <summary>The vectors are NaCl's ("Cryptography in NaCl", 2009, sections 8 to 10).</summary>
public sealed class XSalsa20Tests
{
    private static readonly byte[] FirstKey = Convert.FromHexString("1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389");
    private static readonly byte[] Nonce = Convert.FromHexString("69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37");

    [Fact]
    public void The_stream_is_that_of_NaCl()
    {
        var stream = new byte[4 * 1024 * 1024];
        using var cipher = new XSalsa20(FirstKey, Nonce);
        cipher.Transform(stream);
        Assert.Equal("eea6a7251c1e72916d11c2cb214d3c252539121d8e234e652d651fa4c8cff880", Convert.ToHexStringLower(stream.AsSpan(0, 32)));
        Assert.Equal("662b9d0e3463029156069b12f918691a98f7dfb2ca0393c96bbfc6b1fbd630a2", Convert.ToHexStringLower(SHA256.HashData(stream)));
    }

    [Fact]
    public void Keys_are_derived_as_in_NaCl()
    {
        var shared = Convert.FromHexString("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
        var key = new byte[32];
        new Salsa20Core(shared, new byte[16]).WriteSubkey(key);
        Assert.Equal(FirstKey, key);
        new Salsa20Core(FirstKey, Nonce.AsSpan(0, 16)).WriteSubkey(key);
        Assert.Equal("dc908dda0b9344a953629b733820778880f3ceb421bb61b91cbd4c3e66256ce4", Convert.ToHexStringLower(key));
    }

    [Fact]
    public void Salsa20_is_that_of_eSTREAM()
    {
        // ECRYPT's verified.test-vectors, 256-bit key, set 1, vector 0.
        var key = new byte[32];
        key[0] = 0x80;
        var stream = new byte[512];
        using var cipher = new Salsa20(key, new byte[8]);
        cipher.Transform(stream);
        Assert.Equal(
            "e3be8fdd8beca2e3ea8ef9475b29a6e7003951e1097a5c38d23b7a5fad9f6844b22c97559e2723c7cbbd3fe4fc8d9a0744652a83e72a9c461876af4d7ef1a117",
            Convert.ToHexStringLower(stream.AsSpan(0, 64)));
    }

    [Fact]
    public void A_stream_goes_on_wherever_it_was_interrupted()
    {
        var whole = new byte[10_000];
        using (var cipher = new XSalsa20(FirstKey, Nonce)) cipher.Transform(whole);
        var random = new Random(3);
        for (var run = 0; run < Soak.Count(100, 10_000); run++)
        {
            var pieces = new byte[whole.Length];
            using var cipher = new XSalsa20(FirstKey, Nonce);
            for (var done = 0; done < pieces.Length;)
            {
                var count = Math.Min(pieces.Length - done, random.Next(random.Next(2) == 0 ? 5 : 300));
                cipher.Transform(pieces.AsSpan(done, count));
                done += count;
            }

            Assert.Equal(whole, pieces);
        }
    }

    [Fact]
    public void Twice_is_the_plaintext_again()
    {
        var data = RandomNumberGenerator.GetBytes(777);
        var copy = data.ToArray();
        using var there = new XSalsa20(FirstKey, Nonce);
        using var back = new XSalsa20(FirstKey, Nonce);
        there.Transform(copy);
        Assert.NotEqual(data, copy);
        back.Transform(copy);
        Assert.Equal(data, copy);
    }

    [Fact]
    public void Keys_and_nonces_of_other_lengths_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new XSalsa20(new byte[31], new byte[24]));
        Assert.Throws<ArgumentException>(() => new XSalsa20(new byte[32], new byte[8]));
        Assert.Throws<ArgumentException>(() => new Salsa20(new byte[16], new byte[8]));
        Assert.Throws<ArgumentException>(() => new Salsa20(new byte[32], new byte[24]));
    }

    [Fact]
    public void A_disposed_cipher_encrypts_nothing_more()
    {
        var cipher = new XSalsa20(FirstKey, Nonce);
        cipher.Dispose();
        Assert.Throws<ObjectDisposedException>(() => cipher.Transform(new byte[1]));
    }
}
