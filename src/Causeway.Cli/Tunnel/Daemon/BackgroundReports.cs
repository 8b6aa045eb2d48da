using System.Text.Json;

namespace Causeway.Cli.Tunnel.Daemon;

/// <summary>
/// Reports of a tunnel in the background, to the command that has started it: lines of JSON to standard output. The command holds the other end of standard
/// input: when that ends without a word, the command has gone (Ctrl-C, or worse), and the tunnel is not wanted.
/// </summary>
internal sealed class BackgroundReports : IStartReports, IDisposable
{
    /// <summary>What the command says when it has seen that all is well.</summary>
    public const string Accepted = "stay";

    private readonly CliEnvironment _environment;
    private readonly CancellationTokenSource _unwanted = new();
    private readonly Task<string?> _answer;

    /// <summary>Begins to listen.</summary>
    public BackgroundReports(CliEnvironment environment)
    {
        _environment = environment;
        _answer = ListenAsync();
    }

    /// <summary>Cancelled when nobody waits any more, before the tunnel was accepted.</summary>
    public CancellationToken Unwanted => _unwanted.Token;

    public void Say(StartReport report)
    {
        try
        {
            _environment.Out.WriteLine(JsonSerializer.Serialize(report, StartReportJson.Default.StartReport));
            _environment.Out.Flush();
        }
        catch (IOException)
        {
            // Nobody waits; the end of standard input says the same.
        }
    }

    public async Task<bool> ReadyAsync()
    {
        Say(new StartReport(StartReportKind.Ready));
        return await _answer == Accepted;
    }

    public void Dispose() => _unwanted.Dispose();

    private async Task<string?> ListenAsync()
    {
        // Reading a console stream blocks its caller.
        await Task.Yield();
        string? line = null;
        try
        {
            line = await _environment.In.ReadLineAsync();
        }
        catch (IOException)
        {
            // As good as its end.
        }

        if (line != Accepted) await _unwanted.CancelAsync();
        return line;
    }
}
