using System.Diagnostics;
using System.Globalization;
using Causeway.Storage.Postgres;

namespace Causeway.Ipfs.Tests.Stores.Postgres;

/// <summary>
/// A PostgreSQL server of the tests' own, in a temporary folder and reachable there only (a Unix socket). It refuses to run as root, and is run as nobody then.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private const string Ready = "database system is ready to accept connections";

    private readonly SemaphoreSlim _starting = new(1);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-pg-");
    private Process? _process;
    private int _namespaces;

    /// <summary>Options for tables that no other test uses. Skips the test where there is no PostgreSQL.</summary>
    public async Task<PostgresOptions> NewNamespaceAsync()
    {
        await _starting.WaitAsync(Sample.Stop);
        try
        {
            if (_process is null) await StartAsync();
        }
        finally
        {
            _starting.Release();
        }

        return new PostgresOptions
        {
            ConnectionString = $"Host={_folder.FullName};Username=causeway;Database=postgres;Password=secret-of-the-test",
            Namespace = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref _namespaces)}"),
        };
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            // A fast shutdown, which leaves nothing in shared memory.
            await RunAsync("kill", "-INT", _process.Id.ToString(CultureInfo.InvariantCulture));
            await _process.WaitForExitAsync(new CancellationTokenSource(Eventually.Patience).Token);
            _process.Dispose();
        }

        _starting.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task StartAsync()
    {
        if (FindPrograms() is not { } programs)
        {
            Requirement.Missing("PostgreSQL's server (Debian: apt-get install postgresql)");
            return;
        }

        string[] user = [];
        if (Environment.IsPrivilegedProcess)
        {
            user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"];
            await RunAsync("chown", "nobody:nogroup", _folder.FullName);
        }

        var data = Path.Combine(_folder.FullName, "data");
        await RunAsync([.. user, Path.Combine(programs, "initdb"), "-D", data, "-A", "trust", "-U", "causeway", "-E", "UTF8", "--locale=C", "--no-sync"]);
        _process = Start(
            [.. user, Path.Combine(programs, "postgres"), "-D", data, "-k", _folder.FullName, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "deadlock_timeout=10ms"]);
        using var patience = new CancellationTokenSource(Eventually.Patience);
        while (await _process.StandardError.ReadLineAsync(patience.Token) is { } line)
        {
            if (!line.Contains(Ready, StringComparison.Ordinal)) continue;

            // Read on, or it stops when the pipe is full.
            _process.BeginOutputReadLine();
            _ = _process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
            return;
        }

        Assert.Fail("PostgreSQL ended before it was ready.");
    }

    private static string? FindPrograms()
    {
        string[] folders = Directory.Exists("/usr/lib/postgresql")
            ? [.. Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(static name => name, StringComparer.Ordinal).Select(static name => Path.Combine(name, "bin"))]
            : [];
        return folders.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')).FirstOrDefault(
            static folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));
    }

    private static Process Start(string[] command) => Process.Start(new ProcessStartInfo(command[0], command[1..])
    {
        UseShellExecute = false,
        RedirectStandardOutput = true,
        RedirectStandardError = true,

        // One that another user may be in, too.
        WorkingDirectory = "/",
    })!;

    private static async Task RunAsync(params string[] command)
    {
        using var patience = new CancellationTokenSource(Eventually.Patience);
        using var process = Start(command);
        var texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
        await process.WaitForExitAsync(patience.Token);
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', command)} failed: {string.Concat(texts)}");
    }
}
