using System.Diagnostics;

namespace Causeway.Cli.Tests;

/// <summary>The real executable: start, signals, exit codes.</summary>
public sealed class ProcessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static string Executable { get; } = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "causeway.exe" : "causeway");

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_ends_the_gateway_gracefully(string signal)
    {
        if (OperatingSystem.IsWindows()) Requirement.Missing("POSIX signals");
        // A shell that starts the tests in the background leaves them, and their children, with SIGINT ignored.
        using var process = Run("env", $"--default-signal={signal}", Executable, "gateway", "--local", "--noopen", "--port", "0");
        try
        {
            var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
            Assert.StartsWith("Causeway gateway: http://localhost:", line);
            using var kill = Process.Start("kill", ["-" + signal, $"{process.Id}"]);
            await process.WaitForExitAsync().WaitAsync(Patience);
            Assert.Equal(0, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    [Fact]
    public async Task A_signal_ends_the_relay_gracefully()
    {
        if (OperatingSystem.IsWindows()) Requirement.Missing("POSIX signals");
        var state = Directory.CreateTempSubdirectory("causeway-relay-");
        using var process = Start("relay", "--plain", "--port", "0", "--state", state.FullName);
        try
        {
            var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
            Assert.StartsWith("Causeway relay: ws://localhost:", line);
            using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            await process.WaitForExitAsync().WaitAsync(Patience);
            Assert.Equal(0, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
            state.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Exit_codes_reach_the_shell()
    {
        using var process = Start("gateway", "--dir", "/there/is/no/such/folder");
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(2, process.ExitCode);
        Assert.Equal("causeway: the folder '/there/is/no/such/folder' does not exist\n", await process.StandardError.ReadToEndAsync());
    }

    private static Process Start(params string[] args) => Run(Executable, args);

    private static Process Run(string file, params string[] args)
    {
        var start = new ProcessStartInfo(file, args) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        return Process.Start(start)!;
    }
}
