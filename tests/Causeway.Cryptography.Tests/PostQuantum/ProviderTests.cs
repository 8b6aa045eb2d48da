using System.Security.Cryptography;
using Causeway.Cryptography.PostQuantum;
using Causeway.Cryptography.PostQuantum.Providers;

namespace Causeway.Cryptography.Tests.PostQuantum;

/// <summary>
/// Our implementation and the one in use, each with the other. Where the framework has none (before OpenSSL 3.5) both are ours, and this says little; where
/// it has, two implementations check each other.
/// </summary>
public sealed class ProviderTests
{
    [Fact]
    public void The_framework_s_is_used_where_it_has_one()
    {
        Assert.Equal(MLKem.IsSupported, MlKemProvider.Default is SystemMlKemProvider);
        Assert.Equal(MLDsa.IsSupported, MlDsaProvider.Default is SystemMlDsaProvider);
        Assert.IsType<ManagedMlKemProvider>(MlKemProvider.Managed);
        Assert.IsType<ManagedMlDsaProvider>(MlDsaProvider.Managed);
    }

    [Fact]
    public void Each_understands_the_other()
    {
        MlKemProvider[] kems = [MlKemProvider.Managed, MlKemProvider.Default];
        MlDsaProvider[] signers = [MlDsaProvider.Managed, MlDsaProvider.Default];
        byte[] ciphertext = new byte[1568], one = new byte[32], two = new byte[32], signature = new byte[4627], other = new byte[4627];
        foreach (var (first, second) in kems.SelectMany(_ => kems, (a, b) => (a, b)))
        {
            using var key = MlKem1024DecapsulationKey.Generate(null, first);
            byte[] seed = new byte[64], expanded = new byte[3168];
            key.ExportSeed(seed);
            key.ExportExpanded(expanded);
            using MlKem1024DecapsulationKey fromSeed = MlKem1024DecapsulationKey.FromSeed(seed, second), fromExpanded = MlKem1024DecapsulationKey.FromExpanded(expanded, second);
            Assert.Equal(key.EncapsulationKey.ToBytes(), fromSeed.EncapsulationKey.ToBytes());
            MlKem1024EncapsulationKey.Import(key.EncapsulationKey.Bytes.Span, second).Encapsulate(ciphertext, one);
            foreach (var holder in new[] { key, fromSeed, fromExpanded })
            {
                holder.Decapsulate(ciphertext, two);
                Assert.Equal(one, two);
            }

            ciphertext[700] ^= 1;
            key.Decapsulate(ciphertext, one);
            fromSeed.Decapsulate(ciphertext, two);
            Assert.Equal(one, two);
        }

        foreach (var (first, second) in signers.SelectMany(_ => signers, (a, b) => (a, b)))
        {
            using var key = MlDsa87PrivateKey.Generate(null, first);
            byte[] seed = new byte[32], expanded = new byte[4896];
            key.ExportSeed(seed);
            key.ExportExpanded(expanded);
            using MlDsa87PrivateKey fromSeed = MlDsa87PrivateKey.FromSeed(seed, second), fromExpanded = MlDsa87PrivateKey.FromExpanded(expanded, second);
            Assert.Equal(key.PublicKey.ToBytes(), fromSeed.PublicKey.ToBytes());
            Assert.Equal(key.PublicKey.ToBytes(), fromExpanded.PublicKey.ToBytes());
            var publicKey = MlDsa87PublicKey.Import(key.PublicKey.Bytes.Span, second);
            key.Sign("message"u8, "context"u8, signature);
            Assert.True(publicKey.Verify("message"u8, "context"u8, signature));
            Assert.False(publicKey.Verify("message"u8, "contexu"u8, signature));
            signature[100] ^= 1;
            Assert.False(publicKey.Verify("message"u8, "context"u8, signature));
            key.SignDeterministic("message"u8, default, signature);
            fromExpanded.SignDeterministic("message"u8, default, other);
            Assert.Equal(signature, other);
            Assert.True(publicKey.Verify("message"u8, default, signature));
        }
    }
}
