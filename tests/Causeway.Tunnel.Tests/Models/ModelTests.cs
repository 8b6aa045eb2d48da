using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Causeway.Tunnel.Tests.Models;

/// <summary>
/// The models in docs/protocol/models, searched exhaustively by Spin (https://spinroot.com): every order of events, every loss, copy and change of order
/// within the budgets of the relay. Each mutation must be found by the same search, which shows that it can find something.
/// </summary>
public sealed partial class ModelTests
{
    private const string OnlyForwards = "DROPS=0 COPIES=0 SHIFTS=0 REPLAYS=0 GIVE_UPS=0 ATTEMPTS=1";

    [Theory]
    [InlineData("handshake.pml", "", "DROPS=2", 50_000)]
    [InlineData("handshake.pml", "REPLAYS=0", "GIVE_UPS=2 REPLAYS=2", 10_000)]
    [InlineData("handshake.pml", OnlyForwards, OnlyForwards, 30)]
    [InlineData("rekey.pml", "", "DROPS=3 COPIES=2", 40_000)]
    [InlineData("rekey.pml", "CLOSES DROPS=1", "CLOSES", 80_000)]
    public async Task No_order_of_events_breaks_it(string model, string share, string full, int leastStates)
    {
        var result = await CheckAsync(model, Soak.IsOn ? full : share, "-O1");
        Assert.True(result.IsComplete, result.Text);
        Assert.True(result.Errors == 0, result.Text);
        Assert.InRange(result.States, leastStates, double.MaxValue);
    }

    [Theory]
    [InlineData("handshake.pml", "EARLY_FRAMES", "assertion violated ((((okOwner")]
    [InlineData("handshake.pml", "STALE_HELLO", "assertion violated (nextChall<=h)")]
    [InlineData("handshake.pml", "KEEP_ASKING", "acceptance cycle")]
    [InlineData("handshake.pml", OnlyForwards + " BOTH_YIELD", "assertion violated (begun[me]<1)")]
    [InlineData("rekey.pml", "GRACE_AT_SWITCH", "assertion violated ((lowest")]
    [InlineData("rekey.pml", "EARLY_SWITCH", "assertion violated ((lowest")]
    [InlineData("rekey.pml", "IMPATIENT", "assertion violated ((highest")]
    [InlineData("rekey.pml", "DONE_ONCE", "acceptance cycle")]
    [InlineData("rekey.pml", "SENDS_AFTER_CLOSE CLOSES", "assertion violated  !(closed")]
    public async Task Each_mutation_is_found(string model, string defines, string message)
    {
        var result = await CheckAsync(model, defines, "-O0");
        Assert.True(result.Errors == 1, result.Text);
        Assert.Contains(message, result.Text);
    }

    private static async Task<Result> CheckAsync(string model, string defines, string optimization)
    {
        var folder = Directory.CreateTempSubdirectory("causeway-model-").FullName;
        try
        {
            string[] spin = ["-a", .. defines.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(d => "-D" + d), Locate(model)];
            _ = await RunAsync(folder, "spin", spin);

            // VECTORSZ: the models' states fit; COLLAPSE saves memory and loses nothing.
            _ = await RunAsync(folder, "gcc", optimization, "-w", "-DVECTORSZ=2048", "-DCOLLAPSE", "-o", "pan", "pan.c");
            var text = await RunAsync(folder, Path.Combine(folder, "pan"), "-a", "-m1000000");
            return new Result(text);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> RunAsync(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Requirement.Missing($"{program}, to check the protocol's models (Debian: apt-get install spin gcc libc6-dev)");
            throw;
        }

        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            var text = await output + await errors;
            if (program == "gcc" && process.ExitCode != 0 && text.Contains("No such file or directory", StringComparison.Ordinal))
                Requirement.Missing("the C library's headers, to check the protocol's models (Debian: apt-get install libc6-dev)");
            Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}:\n{text}");
            return text;
        }
    }

    private static string Locate(string model)
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var path = Path.Combine(directory.FullName, "docs", "protocol", "models", model);
            if (File.Exists(path)) return path;
        }

        throw new FileNotFoundException("The models are part of the checkout.", model);
    }

    [GeneratedRegex(@"errors: (\d+)")]
    private static partial Regex Errors();

    // Large numbers come as 1.23e+06.
    [GeneratedRegex(@"([\d.e+]+) states, stored")]
    private static partial Regex States();

    private sealed record Result(string Text)
    {
        internal int Errors { get; } = int.Parse(ModelTests.Errors().Match(Text).Groups[1].ValueSpan, CultureInfo.InvariantCulture);

        internal double States { get; } = double.Parse(ModelTests.States().Match(Text).Groups[1].ValueSpan, CultureInfo.InvariantCulture);

        internal bool IsComplete { get; } = !Text.Contains("not completed", StringComparison.Ordinal) && !Text.Contains("too small", StringComparison.Ordinal);
    }
}
