using System.Diagnostics;
using Xunit;

namespace Causeway.Testing;

/// <summary>
/// This test executable once more, running one class of explicit tests that writes for ever and says on its standard output what is acknowledged, until it is
/// killed (<c>kill -9</c>).
/// </summary>
public static class KilledProcess
{
    /// <summary>Starts it, reads its lines, kills it, and reads those that were on the way.</summary>
    /// <param name="writer">The class.</param>
    /// <param name="environment">Variables that it is given.</param>
    /// <param name="onLine">Told of each line; results in whether it is one of the writer's own.</param>
    /// <param name="lines">It is killed after this many of those,</param>
    /// <param name="spins">and so many turns of a processor.</param>
    public static async Task RunAsync(Type writer, IReadOnlyDictionary<string, string> environment, Func<string, bool> onLine, int lines, int spins)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(onLine);
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["-class", writer.FullName!, "-explicit", "only", "-noColor"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var patience = new CancellationTokenSource(Eventually.Patience);
        using var process = Process.Start(start)!;
        try
        {
            var isKilled = false;
            while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                if (!onLine(line) || --lines > 0 || isKilled) continue;
                Thread.SpinWait(spins);
                process.Kill();
                isKilled = true;
            }

            Assert.True(isKilled, "The writer ended by itself.");
        }
        finally
        {
            if (!process.HasExited) process.Kill();
            await process.WaitForExitAsync(patience.Token);
        }
    }
}
