using System.Diagnostics;
using System.Globalization;
using Causeway.Tunnel.Protocol.Relaying;

namespace Causeway.Bench.Relays;

/// <summary><c>causeway relay</c> in a process of its own.</summary>
internal sealed class RelayProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _state;

    private RelayProcess(Process process, DirectoryInfo state, RelayUrl url) => (_process, _state, Url) = (process, state, url);

    public RelayUrl Url { get; }

    /// <summary>Processor time used so far.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Memory in use, in MiB.</summary>
    public double ResidentMebibytes => Status("VmRSS");

    /// <summary>The most that it was, in MiB.</summary>
    public double PeakMebibytes => Status("VmHWM");

    public static async Task<RelayProcess> StartAsync(bool tls, params string[] more)
    {
        var state = Directory.CreateTempSubdirectory("causeway-bench-");
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "causeway")) { UseShellExecute = false, RedirectStandardOutput = true };
        string[] arguments = ["relay", "--state", state.FullName, "--listen", "127.0.0.1", "--name", "127.0.0.1", "--port", "0", "--drain", "0s", "--max-per-address", "1000000", .. more];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        if (!tls) start.ArgumentList.Add("--plain");
        start.RedirectStandardError = true;
        var process = Process.Start(start)!;
        _ = process.StandardError.ReadToEndAsync();
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The relay did not start.");
        _ = process.StandardOutput.ReadToEndAsync();
        return new RelayProcess(process, state, RelayUrl.Parse(line.Split(' ')[^1]));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _state.Delete(recursive: true);
    }

    private double Status(string field)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith(field + ":", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
