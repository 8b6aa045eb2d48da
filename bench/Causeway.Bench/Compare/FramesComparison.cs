using System.Globalization;
using Causeway.Bench.Peers;

namespace Causeway.Bench.Compare;

/// <summary>
/// What a tunnel session takes to seal and open a frame on one core, beside the bare calls into libcrypto for the same bytes: counters, replay window,
/// nonces, checks and clock come on top of those.
/// </summary>
internal static class FramesComparison
{
    public static async Task<int> RunAsync(string[] args)
    {
        var results = new Dictionary<string, List<double>>();
        var rounds = Rounds.Count(args);
        for (var round = 0; round < rounds; round++)
        {
            foreach (var (name, value) in (await Rounds.JsonAsync(Side.Ours.Command("frames"))).AsObject())
            {
                if (!results.TryGetValue(name, out var values)) results[name] = values = [];
                values.Add((double)value!);
            }
        }

        double Median(string cipher, int size, string what) => Rounds.Median(results[$"{cipher} {size} {what}"]);
        Console.WriteLine($"Frames of a tunnel session, CPU time on one core ({Rounds.Machine()}; medians of {rounds} rounds)");
        Console.WriteLine($"  {"",-26} {"causeway",-28}   {"libcrypto alone",-28}");
        Console.WriteLine($"  {"cipher, bytes",-26} {"seal ns",9} {"open ns",9} {"Gbit/s",8}   {"seal ns",9} {"open ns",9} {"Gbit/s",8}   share");
        foreach (var cipher in FramesBench.Ciphers)
        {
            foreach (var size in FramesBench.Sizes)
            {
                double seal = Median(cipher, size, "seal"), open = Median(cipher, size, "open");
                double bareSeal = Median(cipher, size, "bare seal"), bareOpen = Median(cipher, size, "bare open");
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {cipher + ", " + size,-26} {seal,9:N0} {open,9:N0} {size * 8 / (seal + open),8:N2}   {bareSeal,9:N0} {bareOpen,9:N0} {size * 8 / (bareSeal + bareOpen),8:N2}   {(bareSeal + bareOpen) / (seal + open),4:P0}"));
            }
        }

        return 0;
    }
}
