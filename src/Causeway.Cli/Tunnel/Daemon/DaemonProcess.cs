using System.Diagnostics;

namespace Causeway.Cli.Tunnel.Daemon;

/// <summary>This program, once more, with pipes between.</summary>
internal sealed class DaemonProcess : IDaemonProcess
{
    private readonly Process _process;
    private readonly Task<string> _complaints;

    private DaemonProcess(Process process)
    {
        _process = process;
        _complaints = process.StandardError.ReadToEndAsync();
    }

    public TextReader Reports => _process.StandardOutput;

    public TextWriter Answers => _process.StandardInput;

    /// <summary>Starts it.</summary>
    public static IDaemonProcess Start(IReadOnlyList<string> arguments)
    {
        var program = Environment.ProcessPath!;

        // 'dotnet causeway.dll' is two words.
        if (Path.GetFileNameWithoutExtension(program) == "dotnet") arguments = [Path.Combine(AppContext.BaseDirectory, "causeway.dll"), .. arguments];
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new DaemonProcess(Process.Start(start)!);
    }

    public Task<string> ComplaintsAsync() => _complaints;

    public void Dispose() => _process.Dispose();
}
