using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Causeway.Bench.Compare;

/// <summary>A file goes from one process to another by Bitswap over TCP on loopback, from memory to memory, every block verified: ours, and Helia with Helia.</summary>
internal static class BitswapComparison
{
    private const int MebiBytes = 1024;
    private const int WarmUpMebiBytes = 64;

    // Helia's processor time would be minutes; its rate does not depend on the length.
    private const int HeliaMebiBytes = 256;

    public static Task<int> RunAsync(string[] args) => Rounds.CompareAsync(
        $"Bitswap, one file in blocks of 1 MiB, two processes (causeway {MebiBytes} MiB, Helia {HeliaMebiBytes} MiB)", "MiB/s", Rounds.Count(args),
        (Side.Ours.Name, OursAsync),
        ("Helia 7.1", HeliaAsync));

    private static async Task<double> OursAsync()
    {
        var start = Side.Ours.Command($"bitswap-serve {MebiBytes}");
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        using var server = Process.Start(start)!;
        try
        {
            var served = await server.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server did not start.");
            var result = await Rounds.JsonAsync(Side.Ours.Command($"bitswap-fetch {served}"));
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  fetching took {result["cpuSeconds"]} s of processor time for {MebiBytes} MiB"));
            return MebiBytes / (double)result["seconds"]!;
        }
        finally
        {
            server.StandardInput.Close();
            await server.WaitForExitAsync();
        }
    }

    private static async Task<double> HeliaAsync()
    {
        await using var server = await HeliaProcess.StartAsync();
        await using var client = await HeliaProcess.StartAsync();
        var warm = await server.AskAsync("add", new JsonObject { ["seed"] = 1, ["bytes"] = WarmUpMebiBytes << 20 });
        var file = await server.AskAsync("add", new JsonObject { ["seed"] = 2, ["bytes"] = HeliaMebiBytes << 20 });
        await client.AskAsync("dial", new JsonObject { ["address"] = server.Address });
        await client.AskAsync("cat", new JsonObject { ["cid"] = (string)warm["cid"]! });
        var read = await client.AskAsync("cat", new JsonObject { ["cid"] = (string)file["cid"]! });
        return HeliaMebiBytes / ((double)read["milliseconds"]! / 1000);
    }
}
