using System.Diagnostics;

namespace Causeway.Lab.Tests.Reach;

/// <summary>NAT × NAT for two hosts that meet through a relay: relay client, hop and DCUtR of ours.</summary>
public sealed class HolePunchMatrixTests
{
    [Fact]
    public async Task Two_hosts_meet_through_a_relay_and_are_direct_where_the_table_says()
    {
        var results = await ReachMatrix.RunAsync("relay and DCUtR", ReachCell.Now, ConnectAsync);
        Assert.All(results, r => Assert.True(r.IsGood, $"{r}"));
    }

    private static async Task<ReachResult> ConnectAsync(LabNetwork lab, ReachCell cell)
    {
        await using var relay = await LabPeer.StartRelayAsync(lab.Host("relay"));
        await using var left = await LabPeer.StartHostAsync(lab.Host("left"), relay);
        await using var right = await LabPeer.StartHostAsync(lab.Host("right"), relay);
        var watch = Stopwatch.StartNew();
        TimeSpan? connected = null, direct = null;
        try
        {
            await left.ConnectAsync(await right.ReservedAsync());
            await left.OpenedAsync(right, isDirect: false);
            connected = watch.Elapsed;
            await left.SayAsync(right, "hello");
            if (!cell.Expected.IsPossible) return new ReachResult(cell, connected, null);
            if (!left.HasBeenDirect(right)) await left.OpenedAsync(right, isDirect: true);
            direct = watch.Elapsed;
            await left.SayAsync(right, "again");
            return new ReachResult(cell, connected, direct);
        }
        catch (Exception e) when (e is LabException or TimeoutException)
        {
            return new ReachResult(cell, connected, direct, $"{e.Message}\nleft:\n{string.Join('\n', left.Lines)}\nright:\n{string.Join('\n', right.Lines)}");
        }
    }
}
