using System.Globalization;

namespace Causeway.Libp2p.Tests.Kademlia.Simulation;

/// <summary>What look-ups cost against the size of the network, with churn and with liars. <c>./soak</c> goes to 10 000 nodes and prints the table.</summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private static int Size => Soak.Count(200, 3_000);

    private static int Searches => Soak.Count(40, 500);

    [Fact]
    public void Look_ups_find_the_closest_nodes_and_grow_with_the_logarithm_of_the_network()
    {
        int[] sizes = Soak.IsOn ? [100, 1_000, 10_000] : [50, 400];
        var rows = new List<Row>();
        foreach (var size in sizes)
        {
            var network = new SimulatedDht(seed: 1);
            network.Join(size);
            rows.Add(Report($"{size} nodes", network.Search(Searches)));
            Assert.InRange(rows[^1].Recall, 0.99, 1);

            // With k = 20 each hop gains more than two bits.
            Assert.InRange(rows[^1].Hops, 0, 1 + (Math.Log2(size) / 3));
        }

        for (var i = 1; i < rows.Count; i++)
        {
            Assert.InRange(rows[i].Hops - rows[i - 1].Hops, 0, 2);
            Assert.InRange(rows[i].Messages, 0, rows[i - 1].Messages + 25);
        }
    }

    [Fact]
    public void Look_ups_survive_that_a_third_of_the_network_vanishes()
    {
        var network = new SimulatedDht(seed: 2);
        network.Join(Size);
        network.Kill(1 / 3d);
        var before = Report($"{Size} nodes, a third gone just now", network.Search(Searches));
        network.Join(Size / 3);
        foreach (var node in network.Nodes.Where(static node => node.Behaviour == Behaviour.Honest)) network.Refresh(node);
        var after = Report($"{Size} nodes, a third replaced and refreshed", network.Search(Searches));

        Assert.InRange(before.Recall, 0.85, 1);
        Assert.InRange(after.Recall, 0.99, 1);
        Assert.InRange(Math.Max(before.Messages, after.Messages), 0, 60);
    }

    [Theory]
    [InlineData("Rubbish", 0.95)]
    [InlineData("Loop", 0.95)]
    [InlineData("Selfish", 0.95)]
    [InlineData("Eclipse", 0.95)]
    public void Look_ups_survive_that_a_fifth_of_the_network_lies(string kind, double recall)
    {
        var network = new SimulatedDht(seed: 3);
        var behaviour = Enum.Parse<Behaviour>(kind);
        network.Join(Size, i => i > 0 && i % 5 == 0 ? behaviour : Behaviour.Honest);

        var one = Report($"{Size} nodes, a fifth lies: {kind}", network.Search(Searches));
        var four = Report($"{Size} nodes, a fifth lies: {kind}, 4 paths", network.Search(Searches, paths: 4));

        Assert.InRange(one.Recall, recall, 1);
        Assert.InRange(four.Recall, recall, 1);
        Assert.InRange(Math.Max(one.MostMessages, four.MostMessages), 0, 256);
    }

    private Row Report(string what, List<SearchResult> results)
    {
        var row = new Row(
            results.Average(static result => result.Hops),
            results.Average(static result => result.Requests),
            results.Max(static result => result.Requests),
            results.Average(static result => result.Recall));
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{what,-50} hops {row.Hops,5:F2}  messages {row.Messages,6:F1} (at most {row.MostMessages})  "
            + $"time {results.Average(static result => result.Time.TotalSeconds),5:F2} s  recall {row.Recall,7:P2}");
        output.WriteLine(line);
        if (Soak.IsOn) Console.WriteLine(line);
        return row;
    }

    private sealed record Row(double Hops, double Messages, int MostMessages, double Recall);
}
