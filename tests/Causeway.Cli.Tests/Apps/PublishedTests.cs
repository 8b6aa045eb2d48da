using System.Diagnostics;
using Causeway.Apps.Tests;

namespace Causeway.Cli.Tests.Apps;

/// <summary>What ./publish makes, and an app made of it: real executables, from the script to the page.</summary>
public sealed class PublishedTests
{
    // Builds everything once more, for one platform, on a machine that may have much else to do.
    private static readonly TimeSpan BuildPatience = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static string Root
    {
        get
        {
            var directory = new DirectoryInfo(AppContext.BaseDirectory);
            while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Causeway.slnx"))) directory = directory.Parent;
            return directory?.FullName ?? throw new InvalidOperationException("The tests do not run below the solution.");
        }
    }

    [Fact]
    public async Task One_executable_serves_the_chat_and_another_the_site_that_was_put_behind_it()
    {
        if (!OperatingSystem.IsLinux()) Requirement.Missing("Linux");
        using var folder = new TemporaryFolder();

        // Into a file: what the build leaves running would keep a pipe open.
        await RunAsync(folder, "/bin/sh", BuildPatience, "-c", "\"$0\" \"$1\" > \"$1.log\" 2>&1 < /dev/null || { cat \"$1.log\"; exit 1; }", Path.Combine(Root, "publish"), folder["published"]);
        Assert.Equal([folder["published/causeway"]], Directory.GetFiles(folder["published"]));
        await ServesAsync(folder, folder["published/causeway"], "Causeway", "gateway", "--local", "--noopen", "--port", "0");

        folder.Write("site/index.html", "<!doctype html>the app");
        folder.Write("site/causeway.toml", "server.port = 0\np2p.local = true\nbehavior.autoOpenBrowser = false\n");
        await RunAsync(folder, folder["published/causeway"], Patience, "app", "bundle", folder["site"], "-o", folder["my-app"]);
        Assert.StartsWith("causeway.toml", await RunAsync(folder, folder["my-app"], Patience, "ls"));
        await ServesAsync(folder, folder["my-app"], "the app");
    }

    private static async Task ServesAsync(TemporaryFolder folder, string executable, string expected, params string[] args)
    {
        using var process = Start(folder, executable, args);
        try
        {
            var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
            if (line is null) Assert.Fail(await process.StandardError.ReadToEndAsync());
            using var http = new HttpClient { Timeout = Patience };
            Assert.Contains(expected, await http.GetStringAsync(new Uri(line[line.IndexOf("http", StringComparison.Ordinal)..])));
            using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            await process.WaitForExitAsync().WaitAsync(Patience);
            Assert.Equal(0, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    private static async Task<string> RunAsync(TemporaryFolder folder, string file, TimeSpan patience, params string[] args)
    {
        using var process = Start(folder, file, args);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync().WaitAsync(patience);
            Assert.True(process.ExitCode == 0, await output + await error);
            return await output;
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static Process Start(TemporaryFolder folder, string file, string[] args)
    {
        var start = new ProcessStartInfo(file, args) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["XDG_RUNTIME_DIR"] = folder.Root;
        start.Environment["XDG_STATE_HOME"] = folder["state"];
        return Process.Start(start)!;
    }
}
