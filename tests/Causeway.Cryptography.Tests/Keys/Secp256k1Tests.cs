using System.Security.Cryptography;
using System.Text;
using Causeway.Cryptography.Keys;

namespace Causeway.Cryptography.Tests.Keys;

public sealed class Secp256k1Tests
{
    private const string Order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";

    // The deterministic signatures that Bitcoin's implementations check each other by (bitcointalk.org, topic 285142).
    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000001", "Satoshi Nakamoto", "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8", "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000001", "All those moments will be lost in time, like tears in rain. Time to die...", "8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b", "547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21")]
    [InlineData("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140", "Satoshi Nakamoto", "fd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d0", "6b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5")]
    [InlineData("f8b8af8ce3c7cca5e300d33939540c10d45ce001b8f252bfbc57ba0342904181", "Alan Turing", "7063ae83e7f62bbb171798131b4a0564b956930092b33b07b395615d9ec7e15c", "58dfcc1e00a35e1572f366ffe34ba0fc47db1e7189759b9fb233c5b05ab388ea")]
    public void Signatures_are_deterministic_with_low_s(string privateKey, string message, string r, string s)
    {
        using var key = Read(privateKey);
        var signature = key.Sign(Encoding.UTF8.GetBytes(message));

        Assert.Equal(Der(r, s), signature);
        Assert.True(key.PublicKey.Verify(Encoding.UTF8.GetBytes(message), signature));
    }

    [Fact]
    public void The_high_twin_of_a_good_signature_is_refused()
    {
        // The first signature above, with order − s instead of s.
        using var key = Read("0000000000000000000000000000000000000000000000000000000000000001");
        const string R = "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8";

        Assert.True(key.PublicKey.Verify("Satoshi Nakamoto"u8, Der(R, "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5")));
        Assert.False(key.PublicKey.Verify("Satoshi Nakamoto"u8, Der(R, "dbbd3162d46e9f9bef7feb87c16dc13b4f6568a87f4e83f728e2443ba586675c")));
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData(Order)]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    public void A_private_key_of_zero_or_beyond_the_order_is_refused(string privateKey) =>
        Assert.Throws<FormatException>(() => Read(privateKey));

    [Theory]
    [InlineData("04")]
    [InlineData("0079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")]
    [InlineData("0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")]
    [InlineData("020000000000000000000000000000000000000000000000000000000000000005")]
    [InlineData("02fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc30")]
    [InlineData("0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8")]
    public void What_is_not_a_compressed_point_is_no_public_key(string raw) =>
        Assert.Throws<FormatException>(() => PublicKey.FromRaw(KeyType.Secp256k1, Convert.FromHexString(raw)));

    [Fact]
    public void The_framework_s_ECDSA_accepts_our_signatures_and_we_its_low_ones()
    {
        var curve = ECCurve.CreateFromValue("1.3.132.0.10");
        var (low, high) = (0, 0);
        for (var i = 0; i < 40; i++)
        {
            using var theirs = ECDsa.Create(curve);
            var parameters = theirs.ExportParameters(includePrivateParameters: true);
            using var ours = Read(Convert.ToHexString(parameters.D!));
            byte[] message = [1, (byte)i];

            Assert.Equal([(byte)(2 | (parameters.Q.Y![31] & 1)), .. parameters.Q.X!], ours.PublicKey.Raw.ToArray());
            Assert.True(theirs.VerifyData(message, ours.Sign(message), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));

            var plain = theirs.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
            var isLow = Convert.ToHexStringLower(plain[32..]).CompareTo("7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0") <= 0;
            var der = Der(Convert.ToHexString(plain[..32]), Convert.ToHexString(plain[32..]));
            Assert.Equal(isLow, ours.PublicKey.Verify(message, der));
            _ = isLow ? low++ : high++;
        }

        Assert.True(low > 0 && high > 0);
    }

    private static PrivateKey Read(string privateKey) => PrivateKey.FromProtobuf([0x08, 0x02, 0x12, 0x20, .. Convert.FromHexString(privateKey)]);

    private static byte[] Der(string r, string s)
    {
        var encoded = new byte[DerSignature.MaxSize];
        return encoded[..DerSignature.Encode(Convert.FromHexString(r), Convert.FromHexString(s), encoded)];
    }
}
