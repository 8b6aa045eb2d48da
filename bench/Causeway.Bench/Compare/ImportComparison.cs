namespace Causeway.Bench.Compare;

/// <summary>A file of 1 GiB imported and exported, beside Helia and a plain SHA-256 pass over the same bytes; each in a process of its own.</summary>
internal static class ImportComparison
{
    private const int Megabytes = 1024;

    public static async Task<int> RunAsync(string[] args)
    {
        var rounds = Rounds.Count(args);
        var helia = Side.Js with { Name = "helia 7" };
        await Rounds.CompareAsync(
            $"UnixFS import, {Megabytes} MiB, raw leaves of 1 MiB, store in memory", "MiB/s", rounds,
            (Side.Ours.Name, () => MeasureAsync(Side.Ours, "import")),
            (helia.Name, () => MeasureAsync(helia, "import")),
            ("causeway, SQLite file", () => MeasureAsync(Side.Ours, "import-sqlite")),
            ("plain SHA-256, .NET", () => MeasureAsync(Side.Ours, "sha256")));
        await Rounds.CompareAsync(
            "the same, DAG-PB leaves of 256 KiB (between gateways)", "MiB/s", rounds,
            (Side.Ours.Name, () => MeasureAsync(Side.Ours, "import-gateway")),
            (helia.Name, () => MeasureAsync(helia, "import-gateway")),
            ("plain SHA-256, .NET", () => MeasureAsync(Side.Ours, "sha256")));
        return await Rounds.CompareAsync(
            "the file exported again", "MiB/s", rounds,
            (Side.Ours.Name, () => MeasureAsync(Side.Ours, "export")),
            (helia.Name, () => MeasureAsync(helia, "export")),
            ("causeway, SQLite file", () => MeasureAsync(Side.Ours, "export-sqlite")),
            ("plain SHA-256, .NET", () => MeasureAsync(Side.Ours, "sha256")));
    }

    private static async Task<double> MeasureAsync(Side side, string what) =>
        Megabytes / (double)(await Rounds.JsonAsync(side.Command($"files {what} {Megabytes}")))["seconds"]!;
}
