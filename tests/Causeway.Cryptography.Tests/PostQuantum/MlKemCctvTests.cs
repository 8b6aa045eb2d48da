using System.Globalization;
using System.IO.Compression;
using Causeway.Cryptography.PostQuantum;
using Causeway.Cryptography.PostQuantum.MlKem;
using Causeway.Cryptography.PostQuantum.Providers;
using Causeway.Cryptography.Sha3;

namespace Causeway.Cryptography.Tests.PostQuantum;

/// <summary>
/// C2SP's CCTV vectors for ML-KEM-1024: intermediate values, keys beyond the modulus, and two cases that implementations got wrong. Those that start
/// from d are of the standard's draft, which did not hash the parameter k along with it; everything after ρ and σ is the same.
/// </summary>
public sealed class MlKemCctvTests
{
    [Fact]
    public void Intermediate_values()
    {
        var lines = File.ReadAllLines(Vectors.Locate("cctv/ml-kem-1024-intermediate.txt"))
            .Select(line => line.Split(" = "))
            .SelectMany(parts => parts[1..].Select(value => (Name: parts[0], Value: value)))
            .ToLookup(pair => pair.Name, pair => pair.Value);
        string Text(string name) => lines[name].First(value => value[0] == '{');
        byte[] Bytes(string name) => Convert.FromHexString(lines[name].First(value => value.All(char.IsAsciiHexDigitLower)));
        byte[] Second(string name) => Convert.FromHexString(lines[name].ElementAt(1));

        // Key generation.
        short[] matrix = new short[16 * 256], transposed = new short[16 * 256], secrets = new short[8 * 256];
        MlKemSampler.ExpandMatrix(Bytes("ρ"), matrix, transposed: false);
        MlKemSampler.ExpandMatrix(Bytes("ρ"), transposed, transposed: true);
        Assert.Equal(Numbers(Text("A[0, 0]")), matrix[..256].Select(a => (int)a));
        Assert.Equal(Bytes("A"), Encode(matrix));
        Assert.Equal(Bytes("A^T"), Encode(transposed));
        MlKemSampler.SampleCbd(Bytes("σ"), 0, secrets);
        Assert.Equal(Numbers(Text("s[0]")), secrets[..256].Select(MlKemField.Canonical));
        Assert.Equal(Bytes("s"), Encode(secrets[..1024]));
        Assert.Equal(Bytes("e"), Encode(secrets[1024..]));
        Transform(secrets);
        Assert.Equal(Numbers(Text("NTT(s[0])")), secrets[..256].Select(MlKemField.Canonical));
        Assert.Equal(Bytes("NTT(e)"), Encode(secrets[1024..]));
        Assert.Equal(Bytes("dkPKE"), Encode(secrets[..1024]));
        byte[] seeds = DraftSeeds(Bytes("d")), expanded = DraftKey(Bytes("d"), Bytes("z"));
        Assert.Equal(Bytes("ρ"), seeds[..32]);
        Assert.Equal(Bytes("σ"), seeds[32..]);
        Assert.Equal(Bytes("H(ek)"), expanded[^64..^32]);
        Assert.Equal(Bytes("dk"), expanded);
        using var key = MlKem1024DecapsulationKey.FromExpanded(expanded, MlKemProvider.Managed);
        Assert.Equal(Bytes("ek"), key.EncapsulationKey.ToBytes());
        Assert.Equal(Bytes("t"), key.EncapsulationKey.ToBytes()[..1536]);

        // Encapsulation: r is first the randomness, then the vector made of it.
        short[] y = new short[8 * 256], e2 = new short[256], mu = new short[256];
        MlKemSampler.SampleCbd(Bytes("r"), 0, y);
        MlKemSampler.SampleCbdSingle(Bytes("r"), 8, e2);
        MlKemCodec.DecodeMessage(Bytes("m"), mu);
        Assert.Equal(Second("r"), Encode(y[..1024]));
        Assert.Equal(Bytes("e1"), Encode(y[1024..]));
        Assert.Equal(Bytes("e2"), Encode(e2));
        Assert.Equal(Bytes("μ"), Encode(mu));
        Transform(y);
        Assert.Equal(Bytes("NTT(r)"), Encode(y[..1024]));
        byte[] ciphertext = new byte[1568], secret = new byte[32];
        key.EncapsulationKey.Encapsulate(ciphertext, secret, new FixedRandomSource(Bytes("m")));
        Assert.Equal(Bytes("c1"), ciphertext[..1408]);
        Assert.Equal(Bytes("c2"), ciphertext[1408..]);
        Assert.Equal(Bytes("c"), ciphertext);
        Assert.Equal(Bytes("K"), secret);
        Assert.Equal(Numbers(Text("compress(u[0])")), Numbers(Text("u[0]")).Select(x => MlKemCodec.Compress(x, 11)));
        Assert.Equal(Numbers(Text("compress(v)")), Numbers(Text("v")).Select(x => MlKemCodec.Compress(x, 5)));

        // Decapsulation.
        short[] u = new short[1024], v = new short[256];
        MlKemCodec.DecodeU(ciphertext.AsSpan(0, 1408), u);
        MlKemCodec.DecodeV(ciphertext.AsSpan(1408), v);
        Assert.Equal(Bytes("uᵈ"), Encode(u));
        Assert.Equal(Bytes("vᵈ"), Encode(v));
        Transform(u);
        Assert.Equal(Bytes("NTT(uᵈ)"), Encode(u));
        key.Decapsulate(ciphertext, secret);
        Assert.Equal(Bytes("K"), secret);
    }

    [Fact]
    public void Keys_with_a_coefficient_beyond_the_modulus_are_refused()
    {
        using var file = new StreamReader(new GZipStream(File.OpenRead(Vectors.Locate("cctv/ml-kem-1024-modulus.txt.gz")), CompressionMode.Decompress));
        var count = 0;
        while (file.ReadLine() is { } line)
        {
            Assert.Throws<FormatException>(() => MlKem1024EncapsulationKey.Import(Convert.FromHexString(line)));
            count++;
        }

        Assert.Equal(1040, count);
    }

    // The ciphertexts differ after a zero byte: comparing them as text would call them equal.
    [Fact]
    public void Ciphertexts_are_compared_to_the_end()
    {
        var values = Values("cctv/ml-kem-1024-strcmp.txt");
        using var key = MlKem1024DecapsulationKey.FromExpanded(values["dk"], MlKemProvider.Managed);
        var secret = new byte[32];
        key.Decapsulate(values["c"], secret);
        Assert.Equal(values["K"], secret);
    }

    // The matrix needs more than three blocks of SHAKE128.
    [Fact]
    public void A_matrix_of_unlucky_samples()
    {
        var values = Values("cctv/ml-kem-1024-unluckysample.txt");
        byte[] expanded = DraftKey(values["d"], values["z"]), ciphertext = new byte[1568], secret = new byte[32];
        using var key = MlKem1024DecapsulationKey.FromExpanded(expanded, MlKemProvider.Managed);
        Assert.Equal(values["ek"], key.EncapsulationKey.ToBytes());
        Assert.Equal(values["dk"], expanded);
        key.EncapsulationKey.Encapsulate(ciphertext, secret, new FixedRandomSource(values["m"]));
        Assert.Equal(values["c"], ciphertext);
        Assert.Equal(values["K"], secret);
        Array.Clear(secret);
        key.Decapsulate(ciphertext, secret);
        Assert.Equal(values["K"], secret);
    }

    private static Dictionary<string, byte[]> Values(string file) => File.ReadAllLines(Vectors.Locate(file))
        .Select(line => line.Split(" = "))
        .ToDictionary(parts => parts[0], parts => Convert.FromHexString(parts[1]));

    private static IEnumerable<int> Numbers(string list) => list.Trim('{', '}').Split(", ").Select(number => int.Parse(number, CultureInfo.InvariantCulture));

    private static byte[] DraftSeeds(byte[] d)
    {
        var seeds = new byte[64];
        var hash = Sponge.Sha3_512();
        hash.Absorb(d);
        hash.Squeeze(seeds);
        return seeds;
    }

    private static byte[] DraftKey(byte[] d, byte[] z)
    {
        byte[] seeds = DraftSeeds(d), encryptionKey = new byte[1568], decryptionKey = new byte[1536], hash = new byte[32];
        PublicKeyEncryption.GenerateKey(seeds.AsSpan(0, 32), seeds.AsSpan(32), encryptionKey, decryptionKey);
        MlKemCore.Hash(encryptionKey, hash);
        return [.. decryptionKey, .. encryptionKey, .. hash, .. z];
    }

    private static byte[] Encode(short[] coefficients)
    {
        var bytes = new byte[coefficients.Length * 3 / 2];
        MlKemCodec.Encode12(coefficients, bytes);
        return bytes;
    }

    private static void Transform(Span<short> polynomials)
    {
        for (; !polynomials.IsEmpty; polynomials = polynomials[256..]) MlKemPolynomial.Ntt(polynomials[..256]);
    }
}
