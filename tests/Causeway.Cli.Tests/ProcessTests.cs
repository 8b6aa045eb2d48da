using System.Diagnostics;
using Causeway.Apps.Tests;

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
    public async Task An_app_in_another_process_is_listed_and_ended()
    {
        if (!OperatingSystem.IsLinux()) Requirement.Missing("Linux");
        using var folder = new TemporaryFolder();
        folder.Write("site/index.html");
        var app = new ProcessStartInfo(Executable, ["app", "run", folder["site"], "--local", "--noopen", "--port", "0"]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        app.Environment["XDG_RUNTIME_DIR"] = folder.Root;
        app.Environment["XDG_STATE_HOME"] = folder["state"];
        using var killed = Process.Start(app)!;
        using var ended = Process.Start(app)!;
        try
        {
            foreach (var process in new[] { killed, ended }) Assert.StartsWith("Causeway gateway: ", await process.StandardOutput.ReadLineAsync().WaitAsync(Patience));
            Assert.Contains($"{killed.Id} ", await AppAsync(folder, "ps"));
            Assert.Contains($"{ended.Id} ", await AppAsync(folder, "ps"));

            killed.Kill();
            await killed.WaitForExitAsync().WaitAsync(Patience);
            Assert.DoesNotContain($"{killed.Id} ", await AppAsync(folder, "ps"));

            Assert.Equal($"site ({ended.Id}) has ended\n", await AppAsync(folder, "kill", "site", "--timeout", "60s"));
            await ended.WaitForExitAsync().WaitAsync(Patience);
            Assert.Equal(0, ended.ExitCode);
            Assert.Empty(Directory.GetFiles(folder["causeway/apps"]));
        }
        finally
        {
            foreach (var process in new[] { killed, ended }.Where(p => !p.HasExited)) process.Kill();
        }
    }

    private static async Task<string> AppAsync(TemporaryFolder folder, params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var environment = new CliEnvironment { Out = output, Error = output, Variable = name => name == "XDG_RUNTIME_DIR" ? folder.Root : null };
        await CommandLine.RunAsync(["app", .. args], environment).WaitAsync(Patience);
        return output.ToString();
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
