using System.Text;
using Causeway.Testing;
using Xunit;

namespace Causeway.Multiformats.Tests.Hashes;

public sealed class MultihashTests
{
    /// <summary>multiformats/multihash, its test cases: digests at full length and cut short.</summary>
    [Fact]
    public void The_published_cases_agree()
    {
        var rows = File.ReadAllLines(Vectors.Locate("multiformats/multihash.csv"))[1..].Where(line => line.Length > 0).ToList();
        Assert.True(rows.Count > 200);
        foreach (var row in rows.Select(line => line.Split(',')))
        {
            var code = row[0] switch
            {
                "sha1" => MultihashCode.Sha1,
                "sha2-256" => MultihashCode.Sha2_256,
                "sha2-512" => MultihashCode.Sha2_512,
                "sha3" => MultihashCode.Sha3_512,
                _ => throw new InvalidOperationException(row[0]),
            };
            if (!Multihash.CanCompute(code)) Requirement.Missing($"{row[0]} in the system's cryptographic library");

            // The input is the ASCII text of the column, not the bytes that it writes in hexadecimal.
            var input = Encoding.ASCII.GetBytes(row[2]);
            var hash = Multihash.FromBytes(Convert.FromHexString(row[3]));
            Assert.Equal(code, hash.Code);
            Assert.Equal(int.Parse(row[1]), hash.Digest.Length * 8);
            Assert.True(hash.Matches(input));
            Assert.False(hash.Matches(Encoding.ASCII.GetBytes(row[2] + " ")));
            Assert.Equal(hash, Multihash.FromDigest(code, Multihash.Compute(code, input).Digest.Span[..hash.Digest.Length]));
        }
    }

    // FIPS 180-4 and FIPS 202 examples for "abc"; the double hash is SHA-256 of the first digest.
    [Theory]
    [InlineData(MultihashCode.Identity, "0003616263")]
    [InlineData(MultihashCode.Sha1, "1114a9993e364706816aba3e25717850c26c9cd0d89d")]
    [InlineData(MultihashCode.Sha2_256, "1220ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData(MultihashCode.Sha2_384, "2030cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7")]
    [InlineData(MultihashCode.DblSha2_256, "56204f8b42c22dd3729b519ba6f68d2da7cc5b2d606d05daed5ad5128cc03e6c6358")]
    [InlineData(MultihashCode.Sha3_256, "16203a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532")]
    [InlineData(MultihashCode.Shake_128, "18205881092dd818bf5cf8a3ddb793fbcba74097d5c526a6d35f97b83351940f2cc8")]
    public void Each_function_gives_its_published_digest(MultihashCode code, string hex)
    {
        if (!Multihash.CanCompute(code)) Requirement.Missing($"{code.Name()} in the system's cryptographic library");
        var hash = Multihash.Compute(code, "abc"u8);
        Assert.Equal(hex, Convert.ToHexStringLower(hash.Bytes.Span));
        Assert.True(hash.Matches("abc"u8));
    }

    [Fact]
    public void Every_computed_function_makes_what_it_reads()
    {
        foreach (var code in Enum.GetValues<MultihashCode>().Where(Multihash.CanCompute))
        {
            var hash = Multihash.Compute(code, "causeway"u8);
            Assert.Equal(hash, Multihash.FromBytes(hash.Bytes.Span));
            Assert.Equal(hash.GetHashCode(), Multihash.FromBytes(hash.Bytes.Span).GetHashCode());
            Assert.True(hash.Matches("causeway"u8));
        }
    }

    [Fact]
    public void An_unknown_function_is_carried_but_not_computed()
    {
        var hash = Multihash.FromBytes(Convert.FromHexString("1e20" + new string('a', 64)));
        Assert.Equal("0x1e", hash.Code.Name());
        var error = Assert.Throws<NotSupportedException>(() => hash.Matches([]));
        Assert.Contains("0x1e", error.Message, StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => Multihash.Compute((MultihashCode)0xb220, []));
    }

    [Theory]
    [InlineData("")]
    [InlineData("12")]
    [InlineData("1200")]
    [InlineData("1202aa")]
    [InlineData("1201aabb")]
    [InlineData("920001aa")]
    [InlineData("128100aa")]
    [InlineData("1221000000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("12ffffffffffffffff7f00")]
    public void Malformed_bytes_are_refused(string hex)
    {
        Assert.False(Multihash.TryFromBytes(Convert.FromHexString(hex), out var hash));
        Assert.Null(hash);
        Assert.Throws<FormatException>(() => Multihash.FromBytes(Convert.FromHexString(hex)));
    }

    [Fact]
    public void A_digest_that_does_not_fit_its_function_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Multihash.FromDigest(MultihashCode.Sha2_256, new byte[33]));
        Assert.Throws<ArgumentException>(() => Multihash.FromDigest(MultihashCode.Sha2_256, []));
        Assert.Throws<ArgumentException>(() => Multihash.Compute(MultihashCode.Identity, new byte[Multihash.MaxDigestLength + 1]));
    }
}
