using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Causeway.Cryptography.Sha3;

namespace Causeway.Cryptography.Tests.Sha3;

/// <summary>Our Keccak beside the framework's, over lengths around every block boundary, in one piece and in many.</summary>
public sealed class SpongeTests
{
    private static readonly int[] Lengths = [.. Enumerable.Range(0, 300), 335, 336, 337, 503, 504, 505, 2000];

    [Fact]
    public void Hashes_and_outputs_are_those_of_the_framework()
    {
        if (!Shake256.IsSupported || !SHA3_256.IsSupported) Requirement.Missing("SHA-3 in the system's OpenSSL (1.1.1 or newer)");
        var random = new Random(202);
        foreach (var length in Lengths)
        {
            var data = new byte[length];
            random.NextBytes(data);
            Assert.Equal(SHA3_256.HashData(data), Run(Sponge.Sha3_256(), data, 32, random));
            Assert.Equal(SHA3_512.HashData(data), Run(Sponge.Sha3_512(), data, 64, random));
            Assert.Equal(Shake128.HashData(data, 600), Run(Sponge.Shake128(), data, 600, random));
            Assert.Equal(Shake256.HashData(data, 600), Run(Sponge.Shake256(), data, 600, random));
        }
    }

    [Theory]
    [InlineData(32, 1, Sponge.Shake256Rate)]
    [InlineData(32, 2, Sponge.Shake128Rate)]
    [InlineData(64, 2, Sponge.Shake256Rate)]
    public void Eight_at_once_are_the_same_as_one_after_the_other(int prefixLength, int tailLength, int rate)
    {
        var prefix = new byte[prefixLength];
        new Random(8).NextBytes(prefix);
        ushort[] tails = [1, 2, 0, 255, 5, 6, 7, 8];
        if (tailLength == 2) tails = [.. tails.Select(tail => (ushort)(tail * 257))];
        var states = new ulong[SpongeEight.StateWords];
        var sponge = new SpongeEight(states, rate, prefix, tails, tailLength);
        byte[] first = new byte[8 * 3 * rate], second = new byte[8 * rate];
        sponge.Squeeze(3, first, 3 * rate);
        sponge.Squeeze(1, second, rate);
        for (var i = 0; i < 8; i++)
        {
            byte[] input = [.. prefix, .. BitConverter.GetBytes(tails[i])[..tailLength]], expected = new byte[4 * rate];
            var one = rate == Sponge.Shake128Rate ? Sponge.Shake128() : Sponge.Shake256();
            one.Absorb(input);
            one.Squeeze(expected);
            byte[] actual = [.. first.AsSpan(3 * i * rate, 3 * rate), .. second.AsSpan(i * rate, rate)];
            Assert.Equal(expected, actual);
        }

        sponge.Clear();
        Assert.DoesNotContain(states, word => word != 0);
    }

    // Whichever of these the machine uses, the others must be right as well.
    [Fact]
    public void Every_width_permutes_alike()
    {
        var random = new Random(1600);
        var states = new ulong[SpongeEight.StateWords];
        foreach (ref var word in states.AsSpan()) word = (ulong)random.NextInt64() ^ ((ulong)random.NextInt64() << 1);
        ulong[] scalar = [.. states], four = [.. states], chosen = [.. states];
        for (var lane = 0; lane < 8; lane++) KeccakPermutation.Rounds<ulong, ScalarLane>(ref scalar[lane], 8);
        for (var lane = 0; lane < 8; lane += 4) KeccakPermutation.Rounds<Vector256<ulong>, Lane256>(ref four[lane], 8);
        KeccakPermutation.PermuteEight(ref chosen[0]);
        Assert.Equal(scalar, four);
        Assert.Equal(scalar, chosen);
    }

    // Absorbs and squeezes in pieces of random length.
    private static byte[] Run(Sponge sponge, ReadOnlySpan<byte> data, int length, Random random)
    {
        while (!data.IsEmpty)
        {
            var piece = random.Next(1, data.Length + 1);
            sponge.Absorb(data[..piece]);
            data = data[piece..];
        }

        var output = new byte[length];
        for (var rest = output.AsSpan(); !rest.IsEmpty;)
        {
            var piece = random.Next(1, rest.Length + 1);
            sponge.Squeeze(rest[..piece]);
            rest = rest[piece..];
        }

        return output;
    }
}
