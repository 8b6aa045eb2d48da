using Causeway.Lab.Links;

namespace Causeway.Lab.Tests.Links;

/// <summary>The draws that decide which frames are lost.</summary>
public sealed class LossGeneratorTests
{
    [Fact]
    public void The_sequence_is_that_of_SplitMix64()
    {
        // The known values for the seed 1234567 that implementations of SplitMix64 are checked against.
        var generator = new LossGenerator(1234567);
        ulong[] expected = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821];
        Assert.All(expected, value => Assert.Equal(value, generator.Next()));
    }

    // The counts were computed by another implementation.
    [Theory]
    [InlineData(0.0, 0)]
    [InlineData(1.0, 100_000)]
    [InlineData(0.01, 1030)]
    [InlineData(0.5, 50_189)]
    public void A_share_takes_that_share_and_always_the_same_frames(double share, int lost)
    {
        var generator = new LossGenerator(7);
        Assert.Equal(lost, Enumerable.Range(0, 100_000).Count(_ => generator.NextIsLost(share)));
    }
}
