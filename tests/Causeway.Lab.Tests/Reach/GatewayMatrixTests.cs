using System.Diagnostics;

namespace Causeway.Lab.Tests.Reach;

/// <summary>NAT × NAT for two gateways that know nothing but a bootstrap address and meet in a topic.</summary>
public sealed class GatewayMatrixTests
{
    private const string Topic = "meeting";

    // Punching goes on in the background, and the page can but ask how far it is.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task Two_gateways_meet_in_a_topic_and_are_direct_where_the_table_says()
    {
        var results = await ReachMatrix.RunAsync("gateways", ReachCell.Now, ConnectAsync);
        Assert.All(results, r => Assert.True(r.IsGood, $"{r}"));
    }

    private static async Task<ReachResult> ConnectAsync(LabNetwork lab, ReachCell cell)
    {
        await using var node = await LabNode.StartAsync(lab.Host("relay"), 443);
        await using var left = await GatewayPage.StartAsync(lab.Host("left"), node.Address);
        await using var right = await GatewayPage.StartAsync(lab.Host("right"), node.Address);
        var watch = Stopwatch.StartNew();
        TimeSpan? connected = null, direct = null;
        try
        {
            await left.SubscribeAsync(Topic);
            await right.SubscribeAsync(Topic);
            await Task.WhenAll(left.JoinedAsync(right), right.JoinedAsync(left));
            connected = watch.Elapsed;
            await left.PublishAsync(Topic, "hello");
            await right.ReceivedAsync(left, "hello");
            if (!cell.Expected.IsPossible) return new ReachResult(cell, connected, null);
            while (!await left.IsDirectAsync(right))
            {
                if (watch.Elapsed - connected > TestLab.Patience) throw new TimeoutException("There is no direct connection.");
                await Task.Delay(Look);
            }

            direct = watch.Elapsed;
            await right.PublishAsync(Topic, "directly");
            await left.ReceivedAsync(right, "directly");
            return new ReachResult(cell, connected, direct);
        }
        catch (Exception e) when (e is LabException or TimeoutException)
        {
            return new ReachResult(
                cell, connected, direct,
                $"{e.Message}\nnode:\n{string.Join('\n', node.Lines)}\nleft:\n{string.Join('\n', left.Lines)}\nright:\n{string.Join('\n', right.Lines)}");
        }
    }
}
