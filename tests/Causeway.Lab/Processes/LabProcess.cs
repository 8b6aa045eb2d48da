using System.Diagnostics;
using System.Globalization;
using System.Text;
using Causeway.Lab.Setup;
using Causeway.Lab.Sockets;

namespace Causeway.Lab.Processes;

/// <summary>A process on a machine of the lab. It dies with the lab at the latest.</summary>
public sealed class LabProcess : IAsyncDisposable
{
    // The first line on standard error is the process ID as seen from outside; then the shell becomes the program.
    private const string Wrapper = "read -r pid rest < /run/outer/self/stat; echo $pid >&2; cd \"$1\"; shift; exec \"$@\"";

    // Real-time scheduling is root's to give; without it the process runs like any other.
    private const string Urgent = "chrt --rr --pid 1 $$ 2>/dev/null; exec \"$@\"";

    // The unit of the times in /proc/PID/stat is 1/100 s on every Linux that .NET runs on (proc(5), USER_HZ).
    private const double ClockTicksPerSecond = 100;

    private readonly Process _process;
    private readonly LineLog _log = new();
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly Task<int> _exit;

    private LabProcess(Process process, int id)
    {
        _process = process;
        Id = id;
        _exit = ReadToEndAsync();
    }

    /// <summary>Its process ID as seen from outside the lab.</summary>
    public int Id { get; }

    /// <summary>Every line it has written so far, to standard output and standard error, in order of arrival.</summary>
    public IReadOnlyList<string> Lines => _log.Lines;

    /// <summary>Its exit code, 128 and the signal's number if one killed it; completes when it has ended and everything it wrote is read.</summary>
    public Task<int> Exit => _exit;

    /// <summary>CPU time so far, user and system, of all its threads, without its children.</summary>
    /// <exception cref="LabException">It has ended.</exception>
    public TimeSpan CpuTime
    {
        get
        {
            // The name in parentheses may contain anything; the fields behind it are counted from the last ')' (proc(5): utime is field 14).
            var stat = ReadProc("stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return TimeSpan.FromSeconds((Number(fields[11]) + Number(fields[12])) / ClockTicksPerSecond);
        }
    }

    /// <summary>Resident memory now, in bytes.</summary>
    /// <exception cref="LabException">It has ended.</exception>
    public long ResidentBytes => StatusBytes("VmRSS:");

    /// <summary>The most resident memory it has had, in bytes.</summary>
    /// <exception cref="LabException">It has ended.</exception>
    public long PeakResidentBytes => StatusBytes("VmHWM:");

    /// <summary>Starts a program in a machine's namespaces; returns when it runs.</summary>
    internal static async Task<LabProcess> StartAsync(MachineProcess machine, string name, ProcessOptions options, string program, IEnumerable<string> arguments)
    {
        // Who runs the tests may ignore signals, as shells let everything ignore interrupts that they start in the background; programs would inherit that.
        var start = Prepare(machine, name, options, ["env", "--default-signal", "sh", "-c", Wrapper, "sh", options.WorkingDirectory ?? Environment.CurrentDirectory, program, .. arguments]);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        var process = Process.Start(start)!;
        var complaints = new StringBuilder();
        int id;
        while (await process.StandardError.ReadLineAsync() is var line && !int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out id))
        {
            if (line is null) throw new LabException($"'{program}' could not be started on {name}: {complaints}");
            complaints.Append(line).Append(' ');
        }

        var started = new LabProcess(process, id);
        if (options.Input is { } input) await started.WriteAllAsync(input);
        return started;
    }

    /// <summary>How to start a program in a machine's namespaces.</summary>
    internal static ProcessStartInfo Prepare(MachineProcess machine, string name, ProcessOptions options, IEnumerable<string> command)
    {
        IEnumerable<string> words = ["nsenter", .. machine.EnterArguments, .. command];
        if (options.IsUrgent) words = ["sh", "-c", Urgent, "sh", .. words];
        var start = new ProcessStartInfo(words.First(), words.Skip(1)) { UseShellExecute = false };
        start.Environment["PATH"] = "/run/bin:" + LabTools.SearchPath;
        start.Environment["HOME"] = "/run/home";
        start.Environment["XDG_RUNTIME_DIR"] = "/run";
        start.Environment["CAUSEWAY_STATE"] = "/run/home/causeway";
        start.Environment["LAB_MACHINE"] = name;
        foreach (var (variable, value) in options.Environment) start.Environment[variable] = value;
        return start;
    }

    /// <summary>The next line, of standard output or standard error, that matches; each call goes on after the line that the last one returned.</summary>
    /// <exception cref="LabException">The process ended without it.</exception>
    /// <exception cref="TimeoutException">It did not come in time (default: 60 s).</exception>
    public Task<string> WaitForLineAsync(Func<string, bool> matches, TimeSpan? timeout = null) => _log.WaitAsync(matches, timeout ?? TimeSpan.FromSeconds(60));

    /// <summary>The next line that contains a text.</summary>
    /// <inheritdoc cref="WaitForLineAsync(Func{string, bool}, TimeSpan?)"/>
    public Task<string> WaitForLineAsync(string text, TimeSpan? timeout = null) => WaitForLineAsync(l => l.Contains(text, StringComparison.Ordinal), timeout);

    /// <summary>Writes a line to its standard input.</summary>
    public async Task WriteLineAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Ends its standard input.</summary>
    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>Sends it a signal; nothing happens if it has ended.</summary>
    public void Signal(LabSignal signal)
    {
        if (_process.HasExited) return;
        LibC.Kill(Id, (int)signal);
        // nsenter, which waits for the process, stops itself when the process is stopped, and has to be woken too.
        if (signal == LabSignal.Continue) LibC.Kill(_process.Id, (int)signal);
    }

    /// <summary>Kills it and waits until it has gone.</summary>
    public async Task KillAsync()
    {
        Signal(LabSignal.Kill);
        Signal(LabSignal.Continue);
        await _process.WaitForExitAsync();
    }

    /// <summary>Its exit code, when it has ended by itself and everything it wrote is read.</summary>
    /// <exception cref="TimeoutException">It has not, in that time; it goes on. The message says what is known of it.</exception>
    public async Task<int> ExitAsync(TimeSpan timeout)
    {
        try
        {
            return await _exit.WaitAsync(timeout);
        }
        catch (TimeoutException e)
        {
            var state = File.Exists($"/proc/{Id}/status") ? "runs" : _process.HasExited ? "has ended, and somebody keeps its output open" : "has ended, and nsenter has not";
            throw new TimeoutException($"Process {Id} {state} after {timeout.TotalSeconds} s. It wrote:\n{string.Join('\n', Lines)}", e);
        }
    }

    /// <summary>Waits until it has ended by itself.</summary>
    /// <exception cref="TimeoutException">It has not, in that time; it goes on.</exception>
    public async Task<RunResult> WaitForExitAsync(TimeSpan timeout)
    {
        var code = await ExitAsync(timeout);
        lock (_output) return new RunResult(code, _output.ToString(), _error.ToString());
    }

    /// <summary>Kills it if it still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private async Task WriteAllAsync(string input)
    {
        try
        {
            await _process.StandardInput.WriteAsync(input);
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It did not want to read all of it.
        }
    }

    private async Task<int> ReadToEndAsync()
    {
        await Task.WhenAll(ReadAsync(_process.StandardOutput, _output), ReadAsync(_process.StandardError, _error));
        await _process.WaitForExitAsync();
        _log.Complete();
        return _process.ExitCode;
    }

    private async Task ReadAsync(StreamReader reader, StringBuilder text)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_output) text.Append(line).Append('\n');
            _log.Add(line);
        }
    }

    private long StatusBytes(string field)
    {
        var line = ReadProc("status").Split('\n').First(l => l.StartsWith(field, StringComparison.Ordinal));
        return Number(line[field.Length..].Trim().Split(' ')[0]) * 1024;
    }

    private string ReadProc(string file)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{Id}/{file}");
            if (!_process.HasExited && (file != "status" || text.Contains("VmRSS:", StringComparison.Ordinal))) return text;
        }
        catch (IOException)
        {
            // It has gone: the same as below.
        }

        throw new LabException("The process has ended, and its figures with it.");
    }
}
