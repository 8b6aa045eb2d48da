using Causeway.Cryptography.PostQuantum;
using Causeway.Cryptography.PostQuantum.MlDsa;
using Causeway.Cryptography.PostQuantum.Providers;
using Causeway.Cryptography.Sha3;

namespace Causeway.Cryptography.Tests.PostQuantum;

/// <summary>NIST's vectors for FIPS 204. Those for signatures exercise the internal functions, without a context.</summary>
public sealed class MlDsaAcvpTests
{
    [Fact]
    public void Key_generation()
    {
        var tests = Acvp.Read("ML-DSA-keyGen-FIPS204", "ML-DSA-87").ToList();
        Assert.Equal(25, tests.Count);
        foreach (var provider in new[] { MlDsaProvider.Managed, MlDsaProvider.Default })
        {
            foreach (var test in tests)
            {
                using var key = MlDsa87PrivateKey.FromSeed(test.Bytes("seed"), provider);
                Assert.Equal(test.Result("pk"), key.PublicKey.ToBytes());
                var expanded = new byte[MlDsa87PrivateKey.ExpandedSize];
                key.ExportExpanded(expanded);
                Assert.Equal(test.Result("sk"), expanded);
                var seed = new byte[MlDsa87PrivateKey.SeedSize];
                key.ExportSeed(seed);
                Assert.Equal(test.Bytes("seed"), seed);
            }
        }
    }

    [Fact]
    public void Signing()
    {
        int deterministic = 0, hedged = 0;
        foreach (var test in Acvp.Read("ML-DSA-sigGen-FIPS204", "ML-DSA-87"))
        {
            using var key = MlDsaExpandedKey.FromBytes(test.Bytes("sk"));
            Assert.NotNull(key);
            var random = new byte[32];
            if (test.Flag("deterministic")) deterministic++;
            else
            {
                random = test.Bytes("rnd");
                hedged++;
            }

            var mu = MessageRepresentative(key.PublicKeyHash, test);
            var signature = new byte[MlDsa87PublicKey.SignatureSize];
            MlDsaCore.Sign(key, mu, random, signature);
            Assert.Equal(test.Result("signature"), signature);
            Assert.True(MlDsaCore.Verify(key.PublicKey, mu, signature));
        }

        Assert.Equal((10, 10), (deterministic, hedged));
    }

    [Fact]
    public void Verifying()
    {
        int good = 0, bad = 0;
        foreach (var test in Acvp.Read("ML-DSA-sigVer-FIPS204", "ML-DSA-87"))
        {
            var key = test.Bytes("pk");
            var hash = new byte[64];
            MlDsaCore.Hash(key, hash);
            var signature = test.Bytes("signature");
            var expected = (bool)test.Expected["testPassed"]!;
            Assert.Equal(expected, signature.Length == MlDsa87PublicKey.SignatureSize && MlDsaCore.Verify(key, MessageRepresentative(hash, test), signature));
            if (expected) good++;
            else bad++;
        }

        Assert.Equal(15, good + bad);
        Assert.True(good > 0 && bad > 0);
    }

    // The internal interface hashes the message as it is; some editions of the vectors bring μ itself.
    private static byte[] MessageRepresentative(ReadOnlySpan<byte> publicKeyHash, AcvpTest test)
    {
        if (test.Has("mu")) return test.Bytes("mu");
        var mu = new byte[64];
        var sponge = Sponge.Shake256();
        sponge.Absorb(publicKeyHash);
        sponge.Absorb(test.Bytes("message"));
        sponge.Squeeze(mu);
        return mu;
    }
}
