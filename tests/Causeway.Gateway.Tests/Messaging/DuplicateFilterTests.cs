using System.Text;
using Causeway.Gateway.Messaging;

namespace Causeway.Gateway.Tests.Messaging;

public sealed class DuplicateFilterTests
{
    [Fact]
    public void The_last_ids_are_remembered_and_older_ones_forgotten()
    {
        var filter = new DuplicateFilter(new MemoryBudget(long.MaxValue));
        for (var i = 0; i < DuplicateFilter.Capacity; i++) Assert.True(filter.TryAdd(Id(i)));
        for (var i = 0; i < DuplicateFilter.Capacity; i++) Assert.False(filter.TryAdd(Id(i)));
        Assert.True(filter.TryAdd(Id(DuplicateFilter.Capacity)));
        Assert.True(filter.TryAdd(Id(0)));
        Assert.False(filter.TryAdd(Id(2)));
    }

    [Fact]
    public void All_filters_of_a_page_share_their_memory_and_each_keeps_some()
    {
        var page = new MemoryBudget(100);
        var greedy = new DuplicateFilter(page);
        for (var i = 0; i < 10_000; i++) Assert.True(greedy.TryAdd(Id(i)));
        Assert.Equal(100, page.Held);
        Assert.False(greedy.TryAdd(Id(10_000 - DuplicateFilter.Guaranteed - 100)));
        Assert.True(greedy.TryAdd(Id(10_000 - DuplicateFilter.Guaranteed - 101)));

        var modest = new DuplicateFilter(page);
        for (var i = 0; i <= DuplicateFilter.Guaranteed; i++) Assert.True(modest.TryAdd(Id(i)));
        Assert.False(modest.TryAdd(Id(1)));
        Assert.True(modest.TryAdd(Id(0)));

        greedy.Release();
        Assert.Equal(0, page.Held);
        greedy.TryAdd(Id(-1));
        Assert.Equal(0, page.Held);
    }

    [Theory]
    [InlineData("", "\0")]
    [InlineData("a", "a\0")]
    [InlineData("1700000000000000000-0", "1700000000000000000-1")]
    [InlineData("0123456789abcde", "0123456789abcdef")]
    [InlineData("0123456789abcdef", "0123456789abcdeg")]
    public void Different_ids_are_different(string one, string other)
    {
        var filter = new DuplicateFilter(new MemoryBudget(long.MaxValue));
        Assert.True(filter.TryAdd(Encoding.ASCII.GetBytes(one)));
        Assert.True(filter.TryAdd(Encoding.ASCII.GetBytes(other)));
        Assert.False(filter.TryAdd(Encoding.ASCII.GetBytes(one)));
        Assert.False(filter.TryAdd(Encoding.ASCII.GetBytes(other)));
    }

    private static byte[] Id(int i) => Encoding.ASCII.GetBytes($"id-{i}");
}
