using Causeway.Cryptography.PostQuantum;
using Causeway.Cryptography.PostQuantum.Providers;

namespace Causeway.Cryptography.Tests.PostQuantum;

/// <summary>NIST's vectors for FIPS 203, on the managed implementation and on the one that is used here.</summary>
public sealed class MlKemAcvpTests
{
    private static readonly MlKemProvider[] Providers = [MlKemProvider.Managed, MlKemProvider.Default];

    [Fact]
    public void Key_generation()
    {
        var tests = Acvp.Read("ML-KEM-keyGen-FIPS203", "ML-KEM-1024").ToList();
        Assert.Equal(25, tests.Count);
        foreach (var provider in Providers)
        {
            foreach (var test in tests)
            {
                byte[] seed = [.. test.Bytes("d"), .. test.Bytes("z")];
                using var key = MlKem1024DecapsulationKey.FromSeed(seed, provider);
                Assert.Equal(test.Result("ek"), key.EncapsulationKey.ToBytes());
                var expanded = new byte[MlKem1024DecapsulationKey.ExpandedSize];
                key.ExportExpanded(expanded);
                Assert.Equal(test.Result("dk"), expanded);
                var exported = new byte[MlKem1024DecapsulationKey.SeedSize];
                key.ExportSeed(exported);
                Assert.Equal(seed, exported);
            }
        }
    }

    [Fact]
    public void Encapsulation_and_decapsulation()
    {
        var functions = new Dictionary<string, int>();
        foreach (var test in Acvp.Read("ML-KEM-encapDecap-FIPS203", "ML-KEM-1024"))
        {
            var function = test.Text("function");
            functions[function] = functions.GetValueOrDefault(function) + 1;
            foreach (var provider in Providers)
            {
                byte[] ciphertext = new byte[MlKem1024EncapsulationKey.CiphertextSize], secret = new byte[MlKem1024EncapsulationKey.SharedSecretSize];
                if (function == "encapsulation")
                {
                    var key = MlKem1024EncapsulationKey.Import(test.Bytes("ek"), provider);
                    key.Encapsulate(ciphertext, secret, new FixedRandomSource(test.Bytes("m")));
                    Assert.Equal(test.Result("c"), ciphertext);
                }
                else
                {
                    using var key = MlKem1024DecapsulationKey.FromExpanded(test.Bytes("dk"), provider);
                    key.Decapsulate(test.Bytes("c"), secret);
                }

                Assert.Equal(test.Result("k"), secret);
            }
        }

        Assert.Equal(25, functions["encapsulation"]);
        Assert.Equal(10, functions["decapsulation"]);
        Assert.Equal(2, functions.Count);
    }
}
