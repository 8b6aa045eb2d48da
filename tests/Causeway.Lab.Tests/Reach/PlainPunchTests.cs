using System.Diagnostics;

namespace Causeway.Lab.Tests.Reach;

/// <summary>The table is right: plain sockets get as far as it says, and no further.</summary>
public sealed class PlainPunchTests
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "causeway-lab");

    [Fact]
    public async Task Plain_sockets_punch_holes_where_the_table_says_and_nowhere_else()
    {
        var results = await ReachMatrix.RunAsync("plain sockets", ReachCell.Now, PunchAsync);
        Assert.All(results, r => Assert.True(r.IsGood && r.ToDirect is not null == r.Cell.Expected.IsPossible, $"{r}"));
    }

    private static async Task<ReachResult> PunchAsync(LabNetwork lab, ReachCell cell)
    {
        var relay = lab.Host("relay");
        await using var server = await relay.StartAsync(Program, "punch", "serve");
        await server.WaitForLineAsync("listening", TestLab.Patience);
        var watch = Stopwatch.StartNew();
        var ends = await Task.WhenAll(new[] { "left", "right" }.Select(m => lab.Host(m).RunAsync(Program, "punch", "with", $"{relay.Address}")));
        var outputs = ends.Select(e => e.Succeeded().Output.Trim()).Distinct().ToList();
        return outputs switch
        {
            ["direct"] => new ReachResult(cell, watch.Elapsed, watch.Elapsed),
            ["relayed"] => new ReachResult(cell, watch.Elapsed, null),
            _ => new ReachResult(cell, null, null, $"the two disagree: {string.Join(", ", outputs)}"),
        };
    }
}
