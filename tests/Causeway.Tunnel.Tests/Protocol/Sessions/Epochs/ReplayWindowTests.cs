using Causeway.Tunnel.Protocol.Sessions.Epochs;
using FsCheck;
using FsCheck.Fluent;

namespace Causeway.Tunnel.Tests.Protocol.Sessions.Epochs;

public sealed class ReplayWindowTests
{
    [Fact]
    public void Each_counter_is_fresh_once()
    {
        var window = new ReplayWindow();
        foreach (ulong counter in (ulong[])[0, 1, 5, 3, 2, 4, 64, 63, 65_535, 128])
        {
            Assert.True(window.IsFresh(counter));
            window.Mark(counter);
            Assert.False(window.IsFresh(counter));
        }

        Assert.True(window.IsFresh(6));
        Assert.True(window.IsFresh(129));
    }

    [Theory]
    [InlineData(65_535ul)]
    [InlineData(65_536ul)]
    [InlineData(70_000ul)]
    [InlineData(1ul << 40)]
    [InlineData(ulong.MaxValue)]
    public void It_covers_65_536_counters_and_not_one_more(ulong highest)
    {
        var window = new ReplayWindow();
        window.Mark(0);
        window.Mark(highest);
        var oldest = highest - (ReplayWindow.Size - 1);
        for (ulong i = 0; i < ReplayWindow.Size - 1; i++) Assert.Equal(oldest + i != 0, window.IsFresh(oldest + i));
        if (oldest > 0) Assert.False(window.IsFresh(oldest - 1));
        Assert.False(window.IsFresh(highest));
    }

    [Fact]
    public void Asking_moves_nothing()
    {
        var window = new ReplayWindow();
        window.Mark(10);
        Assert.True(window.IsFresh(ulong.MaxValue));
        Assert.True(window.IsFresh(9));
        Assert.True(window.IsFresh(9));
    }

    [Fact]
    public void It_agrees_with_a_set_of_numbers_on_any_sequence()
    {
        // Steps around the sizes of words and of the window, forwards and backwards.
        var steps = Gen.Elements(0L, 1, 2, 63, 64, 65, 1000, 65_535, 65_536, 65_537, 65_600, 200_000, -1, -2, -63, -64, -65, -1000, -65_535, -65_536, -65_537);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Soak.Count(200, 5000)), Prop.ForAll(Arb.From(Gen.ListOf(steps, 200)), sequence =>
        {
            var window = new ReplayWindow();
            var seen = new HashSet<long>();
            long at = 100_000, highest = -1;
            foreach (var step in sequence)
            {
                at = Math.Max(0, at + step);
                var fresh = (highest - at < ReplayWindow.Size) && !seen.Contains(at);
                if (window.IsFresh((ulong)at) != fresh) return false;
                if (!fresh) continue;
                window.Mark((ulong)at);
                _ = seen.Add(at);
                highest = Math.Max(highest, at);
            }

            return true;
        }));
    }
}
