using Causeway.Hosting.Servers;

namespace Causeway.Hosting.Tests.Servers;

public sealed class BlockPoolTests
{
    [Fact]
    public void Blocks_have_the_size_that_was_asked_for_and_are_used_again()
    {
        using var pool = new BlockPool(65_536);
        Assert.Equal(65_536, pool.MaxBufferSize);
        var first = pool.Rent(4096);
        Assert.Equal(65_536, first.Memory.Length);
        first.Dispose();
        var second = pool.Rent();
        Assert.Same(first, second);
        Assert.NotSame(second, pool.Rent());
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(65_537));
    }

    [Fact]
    public void Giving_a_block_back_twice_does_not_give_it_to_two()
    {
        using var pool = new BlockPool(4096);
        var block = pool.Rent();
        block.Dispose();
        block.Dispose();
        Assert.NotSame(pool.Rent(), pool.Rent());
    }
}
