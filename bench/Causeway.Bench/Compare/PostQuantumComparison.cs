using System.Globalization;

namespace Causeway.Bench.Compare;

/// <summary>CPU time per post-quantum operation, ours and @noble/post-quantum's, each in a process of its own.</summary>
internal static class PostQuantumComparison
{
    public static async Task<int> RunAsync(string[] args)
    {
        var ours = new Dictionary<string, List<double>>();
        var theirs = new Dictionary<string, List<double>>();
        var rounds = Rounds.Count(args);
        for (var round = 0; round < rounds; round++)
        {
            await AddAsync(ours, Side.Ours);
            await AddAsync(theirs, Side.Js);
        }

        Console.WriteLine($"Post-quantum cryptography, µs of CPU time per operation ({Rounds.Machine()}; medians of {rounds} interleaved rounds)");
        Console.WriteLine($"  {"",-52} {"causeway",10} {"noble",10}");
        foreach (var (name, values) in ours)
        {
            var line = string.Create(CultureInfo.InvariantCulture, $"  {name,-52} {Rounds.Median(values),10:N1}");
            if (theirs.TryGetValue(name, out var other))
                line += string.Create(CultureInfo.InvariantCulture, $" {Rounds.Median(other),10:N1}   noble / causeway = {Rounds.Median(other) / Rounds.Median(values):N1}");
            Console.WriteLine(line);
        }

        return 0;
    }

    private static async Task AddAsync(Dictionary<string, List<double>> results, Side side)
    {
        foreach (var (name, value) in (await Rounds.JsonAsync(side.Command("pq"))).AsObject())
        {
            if (!results.TryGetValue(name, out var values)) results[name] = values = [];
            values.Add((double)value!);
        }
    }
}
