using System.Text;
using Causeway.Lab.Probing;
using Causeway.Lab.Topologies;

namespace Causeway.Lab.Tests.Reach;

/// <summary>NAT × NAT: in each cell two machines behind routers that are measured first, and something that tries to connect them.</summary>
internal static class ReachMatrix
{
    // More at once are no faster on two cores, and their figures say less.
    private const int AtOnce = 2;

    /// <summary>Runs cells and prints the matrix.</summary>
    public static async Task<IReadOnlyList<ReachResult>> RunAsync(string title, IReadOnlyList<ReachCell> cells, Func<LabNetwork, ReachCell, Task<ReachResult>> connect)
    {
        var results = new ReachResult[cells.Count];
        await Parallel.ForAsync(0, cells.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) =>
        {
            // A cell that takes its patience to the end costs others none: the matrix is printed whole.
            results[i] = await RunAsync(cells[i], connect);
        });
        Console.Out.Write(Print(title, results));
        return results;
    }

    private static async Task<ReachResult> RunAsync(ReachCell cell, Func<LabNetwork, ReachCell, Task<ReachResult>> connect)
    {
        await using var lab = await TestLab.StartAsync(TwoNats.Create(cell.Left, cell.Right), "nft");
        try
        {
            if (await MeasureAsync(lab, cell) is { } wrong) return new ReachResult(cell, null, null, wrong);
            return await connect(lab, cell);
        }
        catch (Exception e) when (e is LabException or TimeoutException)
        {
            return new ReachResult(cell, null, null, e.Message);
        }
    }

    private static async Task<string?> MeasureAsync(LabNetwork lab, ReachCell cell)
    {
        await using var probe = await NatProbe.StartAsync(lab.Host("probe"));
        foreach (var (machine, profile) in new[] { ("left", cell.Left), ("right", cell.Right) })
        {
            var measured = await probe.MeasureAsync(lab.Host(machine));
            if (measured != profile.Promise) return $"the router of {machine} is no '{profile}': {measured}";
        }

        return null;
    }

    private static string Print(string title, ReachResult[] results)
    {
        var text = new StringBuilder($"{title}: {results.Count(r => r.ToConnected is not null)} of {results.Length} cells connected, {results.Count(r => r.ToDirect is not null)} direct\n");
        foreach (var result in results) text.Append($"  {result}\n");
        return text.ToString();
    }
}
