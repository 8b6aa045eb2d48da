using System.Text;
using System.Text.Json;
using Causeway.Cryptography.Keys;

namespace Causeway.Cryptography.Tests.Keys;

/// <summary>
/// Ed25519 leaves open what to do with odd points. We do what OpenSSL and Go do, since a mesh needs all its members to agree on which messages are
/// valid: equality without cofactor, R compared as bytes (so a non-canonical one never matches), A decoded leniently and hashed as it came.
/// Accepting a public key of small order harms nobody but its owner, for whom anyone can then sign.
/// </summary>
public sealed class Ed25519EdgeCaseTests
{
    private static readonly string[] Refused = ["non_canonical_R", "low_order_residue"];

    [Fact]
    public void Edge_cases_of_CCTV_are_decided_as_OpenSSL_and_Go_do()
    {
        using var vectors = JsonDocument.Parse(File.ReadAllText(Vectors.Locate("cctv/ed25519.json")));
        var wrong = new List<string>();
        var accepted = 0;
        foreach (var vector in vectors.RootElement.EnumerateArray())
        {
            var flags = vector.GetProperty("flags") is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Select(f => f.GetString()!).ToArray() : [];
            var key = PublicKey.FromRaw(KeyType.Ed25519, Convert.FromHexString(vector.GetProperty("key").GetString()!));
            var message = Encoding.UTF8.GetBytes(vector.GetProperty("msg").GetString()!);
            var valid = key.Verify(message, Convert.FromHexString(vector.GetProperty("sig").GetString()!));
            if (valid) accepted++;
            if (valid == flags.Intersect(Refused).Any()) wrong.Add($"{vector.GetProperty("number")}: {valid} for {string.Join(' ', flags)}");
        }

        Assert.Equal(914, vectors.RootElement.GetArrayLength());
        Assert.InRange(accepted, 1, 913);
        Assert.Empty(wrong);
    }

    [Fact]
    public void A_signature_whose_s_is_not_below_the_order_is_refused()
    {
        // RFC 8032, section 5.1.7, step 1: without it a signature could be altered by adding the order L to s.
        byte[] order = Convert.FromHexString("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
        using var key = Ed25519PrivateKey.FromSeed(new byte[32]);
        var signature = key.Sign("m"u8);
        var carry = 0;
        for (var i = 0; i < 32; i++)
        {
            carry += signature[32 + i] + order[i];
            signature[32 + i] = (byte)carry;
            carry >>= 8;
        }

        Assert.False(key.PublicKey.Verify("m"u8, signature));
    }

    [Fact]
    public void A_public_key_that_is_no_point_verifies_nothing()
    {
        // y = 2 has no x on the curve.
        var key = PublicKey.FromRaw(KeyType.Ed25519, [2, .. new byte[31]]);
        Assert.False(key.Verify("m"u8, new byte[64]));
        Assert.False(key.Verify("m"u8, new byte[64]));
    }
}
