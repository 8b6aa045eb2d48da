using Causeway.Cryptography.PostQuantum.MlDsa;
using static Causeway.Cryptography.PostQuantum.MlDsa.MlDsaParameters;

namespace Causeway.Cryptography.Tests.PostQuantum;

public sealed class MlDsaCodecTests
{
    [Fact]
    public void Encodings_are_the_definition_s_and_lead_back()
    {
        var random = new Random(7);
        Check(10, 0, 1, MlDsaCodec.EncodeT1, MlDsaCodec.DecodeT1);
        Check(13, 1 << 12, -1, MlDsaCodec.EncodeT0, MlDsaCodec.DecodeT0);
        Check(20, Gamma1, -1, MlDsaCodec.EncodeZ, MlDsaCodec.DecodeZ);
        Check(3, Eta, -1, MlDsaCodec.EncodeSecret, (bytes, values) => Assert.True(MlDsaCodec.DecodeSecret(bytes, values)), 5);
        Check(4, 0, 1, MlDsaCodec.EncodeW1, null);

        // Algorithms 16 and 17: bit by bit, lowest first.
        void Check(int bits, int offset, int sign, Encoder encode, Decoder? decode, int limit = 0)
        {
            var numbers = Enumerable.Range(0, N).Select(_ => random.Next(limit == 0 ? 1 << bits : limit)).ToArray();
            var values = numbers.Select(number => sign * (number - offset)).ToArray();
            byte[] expected = new byte[bits * N / 8], actual = new byte[bits * N / 8];
            for (var i = 0; i < bits * N; i++) expected[i / 8] |= (byte)(((numbers[i / bits] >> (i % bits)) & 1) << (i % 8));
            encode(values, actual);
            Assert.Equal(expected, actual);
            if (decode is null) return;
            var decoded = new int[N];
            decode(actual, decoded);
            Assert.Equal(values, decoded);
        }
    }

    [Fact]
    public void Secrets_out_of_range_are_refused()
    {
        byte[] bytes = new byte[SecretSize];
        var values = new int[N];
        Assert.True(MlDsaCodec.DecodeSecret(bytes, values));
        bytes[^1] = 4 << 5;
        Assert.True(MlDsaCodec.DecodeSecret(bytes, values));
        bytes[^1] = 5 << 5;
        Assert.False(MlDsaCodec.DecodeSecret(bytes, values));
        bytes[^1] = 0;
        bytes[0] = 7;
        Assert.False(MlDsaCodec.DecodeSecret(bytes, values));
    }

    [Fact]
    public void Hints_have_one_encoding_only()
    {
        var random = new Random(20);
        byte[] bytes = new byte[Omega + K], again = new byte[Omega + K];
        var decoded = new int[K * N];
        for (var i = 0; i < Soak.Count(20_000, 1_000_000); i++)
        {
            // What algorithm 20 writes, now and then with a byte changed.
            var hints = new int[K * N];
            for (var ones = random.Next(Omega + 1); ones > 0; ones--) hints[random.Next(hints.Length)] = 1;
            MlDsaCodec.EncodeHint(hints, bytes);
            Assert.True(MlDsaCodec.TryDecodeHint(bytes, decoded));
            Assert.Equal(hints, decoded);

            bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)0 : (byte)random.Next(random.Next(2) == 0 ? 256 : Omega + 2);
            if (!MlDsaCodec.TryDecodeHint(bytes, decoded)) continue;
            MlDsaCodec.EncodeHint(decoded, again);
            Assert.Equal(bytes, again);
        }
    }

    [Fact]
    public void Malformed_hints_are_refused()
    {
        var decoded = new int[K * N];
        Assert.True(MlDsaCodec.TryDecodeHint(Hint([3, 5], [2, 2, 2, 2, 2, 2, 2, 2]), decoded));
        Assert.True(MlDsaCodec.TryDecodeHint(Hint([3, 3], [1, 2, 2, 2, 2, 2, 2, 2]), decoded));
        Assert.False(MlDsaCodec.TryDecodeHint(Hint([5, 3], [2, 2, 2, 2, 2, 2, 2, 2]), decoded), "indices fall");
        Assert.False(MlDsaCodec.TryDecodeHint(Hint([3, 3], [2, 2, 2, 2, 2, 2, 2, 2]), decoded), "an index twice");
        Assert.False(MlDsaCodec.TryDecodeHint(Hint([3, 5], [2, 1, 2, 2, 2, 2, 2, 2]), decoded), "a count shrinks");
        Assert.False(MlDsaCodec.TryDecodeHint(Hint([3, 5], [2, 2, 2, 2, 2, 2, 2, 76]), decoded), "more than ω");
        Assert.False(MlDsaCodec.TryDecodeHint(Hint([3, 5, 7], [2, 2, 2, 2, 2, 2, 2, 2]), decoded), "a remainder");

        static byte[] Hint(byte[] indices, byte[] counts) => [.. indices, .. new byte[Omega - indices.Length], .. counts];
    }

    private delegate void Encoder(ReadOnlySpan<int> values, Span<byte> bytes);

    private delegate void Decoder(ReadOnlySpan<byte> bytes, Span<int> values);
}
