using System.Security.Cryptography;
using Causeway.Cryptography.PostQuantum;
using Causeway.Cryptography.PostQuantum.Providers;

namespace Causeway.Cryptography.Tests.PostQuantum;

/// <summary>What keys accept and refuse, and what fuzzed inputs do.</summary>
public sealed class PostQuantumKeyTests
{
    private static readonly byte[] Seed = [.. Enumerable.Range(0, 64).Select(i => (byte)i)];

    [Fact]
    public void Wrong_lengths_are_refused()
    {
        foreach (var change in new[] { -1, 1 })
        {
            Assert.Throws<FormatException>(() => MlKem1024DecapsulationKey.FromSeed(new byte[64 + change]));
            Assert.Throws<FormatException>(() => MlKem1024DecapsulationKey.FromExpanded(new byte[3168 + change]));
            Assert.Throws<FormatException>(() => MlKem1024EncapsulationKey.Import(new byte[1568 + change]));
            Assert.Throws<FormatException>(() => MlDsa87PrivateKey.FromSeed(new byte[32 + change]));
            Assert.Throws<FormatException>(() => MlDsa87PrivateKey.FromExpanded(new byte[4896 + change]));
            Assert.Throws<FormatException>(() => MlDsa87PublicKey.Import(new byte[2592 + change]));
        }

        using var kem = MlKem1024DecapsulationKey.FromSeed(Seed);
        using var dsa = MlDsa87PrivateKey.FromSeed(Seed.AsSpan(0, 32));
        byte[] signature = new byte[4627];
        dsa.Sign("m"u8, default, signature);
        Assert.Throws<CryptographicException>(() => kem.Decapsulate(new byte[1567], new byte[32]));
        Assert.Throws<CryptographicException>(() => kem.Decapsulate(new byte[1569], new byte[32]));
        Assert.Throws<ArgumentException>(() => kem.Decapsulate(new byte[1568], new byte[31]));
        Assert.Throws<ArgumentException>(() => kem.EncapsulationKey.Encapsulate(new byte[1567], new byte[32]));
        Assert.Throws<ArgumentException>(() => kem.EncapsulationKey.Encapsulate(new byte[1568], new byte[31]));
        Assert.Throws<ArgumentException>(() => kem.ExportExpanded(new byte[3167]));
        Assert.Throws<ArgumentException>(() => kem.ExportSeed(new byte[63]));
        Assert.Throws<ArgumentException>(() => dsa.Sign("m"u8, default, new byte[4626]));
        Assert.Throws<ArgumentException>(() => dsa.Sign("m"u8, new byte[256], signature));
        Assert.Throws<ArgumentException>(() => dsa.PublicKey.Verify("m"u8, new byte[256], signature));
        Assert.Throws<ArgumentException>(() => dsa.ExportExpanded(new byte[4895]));
        Assert.Throws<ArgumentException>(() => dsa.ExportSeed(new byte[31]));
        Assert.True(dsa.PublicKey.Verify("m"u8, default, signature));
        Assert.False(dsa.PublicKey.Verify("m"u8, default, signature.AsSpan(1)));
        Assert.False(dsa.PublicKey.Verify("m"u8, default, [.. signature, 0]));
    }

    [Fact]
    public void Expanded_keys_work_like_their_seeds_and_do_not_know_them()
    {
        using var kem = MlKem1024DecapsulationKey.FromSeed(Seed);
        byte[] expanded = new byte[3168], ciphertext = new byte[1568], one = new byte[32], two = new byte[32];
        kem.ExportExpanded(expanded);
        using var kemAgain = MlKem1024DecapsulationKey.FromExpanded(expanded);
        kem.EncapsulationKey.Encapsulate(ciphertext, one);
        kemAgain.Decapsulate(ciphertext, two);
        Assert.Equal(one, two);
        Assert.Equal(kem.EncapsulationKey.ToBytes(), kemAgain.EncapsulationKey.ToBytes());
        Assert.True(kem.HasSeed);
        Assert.False(kemAgain.HasSeed);
        Assert.Throws<InvalidOperationException>(() => kemAgain.ExportSeed(new byte[64]));

        using var dsa = MlDsa87PrivateKey.FromSeed(Seed.AsSpan(0, 32));
        byte[] key = new byte[4896], first = new byte[4627], second = new byte[4627];
        dsa.ExportExpanded(key);
        using var dsaAgain = MlDsa87PrivateKey.FromExpanded(key);
        Assert.Equal(dsa.PublicKey.ToBytes(), dsaAgain.PublicKey.ToBytes());
        dsa.SignDeterministic("m"u8, "c"u8, first);
        dsaAgain.SignDeterministic("m"u8, "c"u8, second);
        Assert.Equal(first, second);
        Assert.True(dsa.HasSeed);
        Assert.False(dsaAgain.HasSeed);
        Assert.Throws<InvalidOperationException>(() => dsaAgain.ExportSeed(new byte[32]));
    }

    [Fact]
    public void Hedged_signatures_differ_and_deterministic_ones_do_not()
    {
        using var key = MlDsa87PrivateKey.Generate();
        byte[] one = new byte[4627], two = new byte[4627];
        key.Sign("m"u8, "c"u8, one);
        key.Sign("m"u8, "c"u8, two);
        Assert.NotEqual(one, two);
        Assert.True(key.PublicKey.Verify("m"u8, "c"u8, one));
        Assert.True(key.PublicKey.Verify("m"u8, "c"u8, two));
        key.SignDeterministic("m"u8, "c"u8, one);
        key.SignDeterministic("m"u8, "c"u8, two);
        Assert.Equal(one, two);
        Assert.True(key.PublicKey.Verify("m"u8, "c"u8, one));
        Assert.False(key.PublicKey.Verify("m"u8, "d"u8, one));
        Assert.False(key.PublicKey.Verify("m"u8, default, one));
        Assert.False(key.PublicKey.Verify("n"u8, "c"u8, one));
    }

    [Fact]
    public void Damaged_expanded_keys_are_refused_wherever_the_damage_shows()
    {
        using var kem = MlKem1024DecapsulationKey.FromSeed(Seed);
        var expanded = new byte[3168];
        kem.ExportExpanded(expanded);
        var random = new Random(3);
        for (var i = 0; i < Soak.Count(200, 3168 * 8); i++)
        {
            // z is any 32 bytes, and dk_PKE any 12-bit numbers below the modulus; everything between is bound by the hash.
            var at = random.Next(1536, 3168 - 32);
            expanded[at] ^= (byte)(1 << random.Next(8));
            Assert.Throws<FormatException>(() => MlKem1024DecapsulationKey.FromExpanded(expanded));
            kem.ExportExpanded(expanded);
        }

        expanded[0] = 0xff;
        expanded[1] |= 0x0f;
        Assert.Throws<FormatException>(() => MlKem1024DecapsulationKey.FromExpanded(expanded));

        using var dsa = MlDsa87PrivateKey.FromSeed(Seed.AsSpan(0, 32));
        var key = new byte[4896];
        dsa.ExportExpanded(key);
        for (var i = 0; i < Soak.Count(100, 4896 * 8); i++)
        {
            // K, from 32 to 64, is any 32 bytes.
            var at = random.Next(4896 - 32);
            if (at >= 32) at += 32;
            key[at] ^= (byte)(1 << random.Next(8));
            Assert.Throws<FormatException>(() => MlDsa87PrivateKey.FromExpanded(key));
            dsa.ExportExpanded(key);
        }
    }

    [Fact]
    public void Fuzzed_keys_ciphertexts_and_signatures_are_refused_or_harmless()
    {
        using var kem = MlKem1024DecapsulationKey.FromSeed(Seed, MlKemProvider.Managed);
        using var dsa = MlDsa87PrivateKey.FromSeed(Seed.AsSpan(0, 32), MlDsaProvider.Managed);
        byte[] ciphertext = new byte[1568], secret = new byte[32], other = new byte[32], signature = new byte[4627];
        kem.EncapsulationKey.Encapsulate(ciphertext, secret);
        dsa.SignDeterministic("m"u8, default, signature);
        var random = new Random(4);
        for (var i = 0; i < Soak.Count(1500, 200_000); i++)
        {
            var mutated = Mutation.Of(random, ciphertext);
            if (mutated.Length != 1568) Assert.Throws<CryptographicException>(() => kem.Decapsulate(mutated, other));
            else
            {
                kem.Decapsulate(mutated, other);
                Assert.Equal(mutated.AsSpan().SequenceEqual(ciphertext), secret.AsSpan().SequenceEqual(other));
            }

            mutated = Mutation.Of(random, signature);
            Assert.Equal(mutated.AsSpan().SequenceEqual(signature), dsa.PublicKey.Verify("m"u8, default, mutated));

            mutated = Mutation.Of(random, kem.EncapsulationKey.ToBytes());
            try
            {
                var key = MlKem1024EncapsulationKey.Import(mutated, MlKemProvider.Managed);
                Assert.Equal(mutated, key.ToBytes());
                key.Encapsulate(new byte[1568], other);
            }
            catch (FormatException)
            {
            }
        }
    }

    [Fact]
    public void Keys_serve_several_threads()
    {
        using var kem = MlKem1024DecapsulationKey.Generate();
        using var dsa = MlDsa87PrivateKey.Generate();
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            byte[] ciphertext = new byte[1568], one = new byte[32], two = new byte[32], signature = new byte[4627];
            kem.EncapsulationKey.Encapsulate(ciphertext, one);
            kem.Decapsulate(ciphertext, two);
            Assert.Equal(one, two);
            dsa.Sign(ciphertext, one, signature);
            Assert.True(dsa.PublicKey.Verify(ciphertext, two, signature));
        });
    }

    [Fact]
    public void Disposed_keys_do_nothing_more()
    {
        var kem = MlKem1024DecapsulationKey.FromSeed(Seed);
        var dsa = MlDsa87PrivateKey.FromSeed(Seed.AsSpan(0, 32));
        kem.Dispose();
        kem.Dispose();
        dsa.Dispose();
        dsa.Dispose();
        Assert.Throws<ObjectDisposedException>(() => kem.Decapsulate(new byte[1568], new byte[32]));
        Assert.Throws<ObjectDisposedException>(() => kem.ExportSeed(new byte[64]));
        Assert.Throws<ObjectDisposedException>(() => kem.ExportExpanded(new byte[3168]));
        Assert.Throws<ObjectDisposedException>(() => dsa.Sign("m"u8, default, new byte[4627]));
        Assert.Throws<ObjectDisposedException>(() => dsa.ExportSeed(new byte[32]));
        Assert.Throws<ObjectDisposedException>(() => dsa.ExportExpanded(new byte[4896]));
        kem.EncapsulationKey.Encapsulate(new byte[1568], new byte[32]);
        Assert.False(dsa.PublicKey.Verify("m"u8, default, new byte[4627]));
    }
}
