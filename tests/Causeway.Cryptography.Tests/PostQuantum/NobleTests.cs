using System.Text.Json.Nodes;
using Causeway.Cryptography.PostQuantum;
using Causeway.Cryptography.PostQuantum.Providers;

namespace Causeway.Cryptography.Tests.PostQuantum;

/// <summary>
/// Both ways between the managed implementation and npm's @noble/post-quantum: same keys of a seed, byte-equal deterministic and seeded results, and each
/// accepts what the other made at random. NIST's signature vectors know no context; this is where contexts are checked.
/// </summary>
public sealed class NobleTests
{
    [Fact]
    public async Task Keys_and_signatures_with_context()
    {
        var random = new Random(87);
        var cases = Enumerable.Range(0, Soak.Count(8, 200)).Select(i => new SignatureCase(
            Draw(random, 32), Draw(random, random.Next(3000)), Draw(random, i switch { 0 => 0, 1 => 1, 2 => 255, _ => random.Next(256) }), Draw(random, 32))).ToList();

        var made = await NoblePeer.AskAsync(cases.Select(c => Request("dsaKeygen", ("seed", c.Seed))));
        var requests = new List<JsonObject>();
        foreach (var (c, theirs) in cases.Zip(made))
        {
            using var key = MlDsa87PrivateKey.FromSeed(c.Seed, MlDsaProvider.Managed);
            Assert.Equal(theirs.Bytes("publicKey"), key.PublicKey.ToBytes());
            byte[] expanded = new byte[MlDsa87PrivateKey.ExpandedSize], hedged = new byte[MlDsa87PublicKey.SignatureSize];
            key.ExportExpanded(expanded);
            Assert.Equal(theirs.Bytes("secretKey"), expanded);
            key.Sign(c.Message, c.Context, hedged);
            requests.Add(Request("dsaSign", ("secretKey", expanded), ("message", c.Message), ("context", c.Context)));
            requests.Add(Request("dsaSign", ("secretKey", expanded), ("message", c.Message), ("context", c.Context), ("random", c.Random)));
            requests.Add(Request("dsaVerify", ("publicKey", key.PublicKey.ToBytes()), ("message", c.Message), ("context", c.Context), ("signature", hedged)));
            requests.Add(Request(
                "dsaVerify", ("publicKey", key.PublicKey.ToBytes()), ("message", c.Message), ("context", [.. c.Context.Skip(1), 7]), ("signature", hedged)));
        }

        var answers = await NoblePeer.AskAsync(requests);
        for (var i = 0; i < cases.Count; i++)
        {
            var c = cases[i];
            using var key = MlDsa87PrivateKey.FromSeed(c.Seed, MlDsaProvider.Managed);
            var signature = new byte[MlDsa87PublicKey.SignatureSize];
            key.SignDeterministic(c.Message, c.Context, signature);
            Assert.Equal(answers[4 * i].Bytes("signature"), signature);
            key.Sign(c.Message, c.Context, signature, new FixedRandomSource(c.Random));
            Assert.Equal(answers[(4 * i) + 1].Bytes("signature"), signature);
            Assert.True(key.PublicKey.Verify(c.Message, c.Context, answers[4 * i].Bytes("signature")));
            Assert.False(key.PublicKey.Verify(c.Message, [.. c.Context.Skip(1), 7], answers[4 * i].Bytes("signature")));
            Assert.True((bool)answers[(4 * i) + 2]["valid"]!);
            Assert.False((bool)answers[(4 * i) + 3]["valid"]!);
        }
    }

    [Fact]
    public async Task Key_encapsulation()
    {
        var random = new Random(1024);
        var requests = new List<JsonObject>();
        var checks = new List<Action<JsonObject>>();
        for (var i = 0; i < Soak.Count(20, 1000); i++)
        {
            byte[] seed = Draw(random, 64), message = Draw(random, 32), ciphertext = new byte[1568], secret = new byte[32], expanded = new byte[3168];
            var key = MlKem1024DecapsulationKey.FromSeed(seed, MlKemProvider.Managed);
            key.ExportExpanded(expanded);
            Ask(Request("kemKeygen", ("seed", seed)), theirs =>
            {
                Assert.Equal(theirs.Bytes("publicKey"), key.EncapsulationKey.ToBytes());
                Assert.Equal(theirs.Bytes("secretKey"), expanded);
            });

            key.EncapsulationKey.Encapsulate(ciphertext, secret, new FixedRandomSource(message));
            Ask(Request("kemEncapsulate", ("publicKey", key.EncapsulationKey.ToBytes()), ("random", message)), theirs =>
            {
                Assert.Equal(theirs.Bytes("ciphertext"), ciphertext);
                Assert.Equal(theirs.Bytes("secret"), secret);
                var ours = new byte[32];
                key.Decapsulate(theirs.Bytes("ciphertext"), ours);
                Assert.Equal(secret, ours);
            });
            Ask(Request("kemDecapsulate", ("secretKey", expanded), ("ciphertext", ciphertext)), theirs => Assert.Equal(theirs.Bytes("secret"), secret));

            // Implicit rejection yields the same secret on both sides, too.
            byte[] damaged = [.. ciphertext], refused = new byte[32];
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            key.Decapsulate(damaged, refused);
            Assert.NotEqual(secret, refused);
            Ask(Request("kemDecapsulate", ("secretKey", expanded), ("ciphertext", damaged)), theirs => Assert.Equal(theirs.Bytes("secret"), refused));
        }

        var answers = await NoblePeer.AskAsync(requests);
        Assert.Equal(checks.Count, answers.Count);
        for (var i = 0; i < checks.Count; i++) checks[i](answers[i]);

        void Ask(JsonObject request, Action<JsonObject> check)
        {
            requests.Add(request);
            checks.Add(check);
        }
    }

    private static JsonObject Request(string function, params (string Name, byte[] Value)[] parameters)
    {
        var request = new JsonObject { ["function"] = function };
        foreach (var (name, value) in parameters) request[name] = Convert.ToHexStringLower(value);
        return request;
    }

    private static byte[] Draw(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private sealed record SignatureCase(byte[] Seed, byte[] Message, byte[] Context, byte[] Random);
}
