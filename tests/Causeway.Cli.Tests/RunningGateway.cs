using System.Net.WebSockets;

namespace Causeway.Cli.Tests;

/// <summary>A gateway that runs in this process.</summary>
internal sealed class RunningGateway : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<Uri> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TellingWriter _output = new();
    private readonly TellingWriter _error = new();
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("causeway-gateway-");

    public ManualTimeProvider Time { get; } = new();

    public Task<int> Ended { get; private set; } = null!;

    public Uri Address { get; private set; } = null!;

    /// <summary>Whether the browser has been opened.</summary>
    public bool HasOpened => _opened.Task.IsCompleted;

    /// <summary>What the browser was opened with, where it is; it is opened after the address is told.</summary>
    public Task<Uri> OpenedAsync() => _opened.Task.WaitAsync(Patience);

    public string Log => _error.ToString();

    public static async Task<RunningGateway> StartAsync(params string[] args) => await StartAsync(false, args);

    public static Task<RunningGateway> StartAsync(bool open, params string[] args) => StartAsync(open, _ => null, args);

    public static Task<RunningGateway> StartAsync(bool open, Func<string, string?> variable, params string[] args)
        => RunAsync(["gateway", "--local", "--port", "0", .. open ? Array.Empty<string>() : ["--noopen"], .. args], variable);

    /// <summary>Runs a command that serves a site, and waits until it does.</summary>
    public static async Task<RunningGateway> RunAsync(IReadOnlyList<string> args, Func<string, string?> variable)
    {
        var running = new RunningGateway();
        running.Ended = CommandLine.RunAsync(args, new CliEnvironment
        {
            Out = running._output,
            Error = running._error,
            Time = running.Time,
            Variable = name => variable(name) ?? (name == "XDG_STATE_HOME" ? running._state.FullName : null),
            OpenBrowser = running._opened.SetResult,
            Stop = running._stop.Token,
        });
        var line = running._output.NextLineAsync();
        if (await Task.WhenAny(line, running.Ended).WaitAsync(Patience) != line) Assert.Fail($"The gateway did not start: {running._error}");
        running.Address = new Uri((await line)[(await line).IndexOf("http", StringComparison.Ordinal)..]);
        return running;
    }

    public async Task<ClientWebSocket> ConnectAsync(string? token = null)
    {
        var socket = new ClientWebSocket();
        if (token is not null) socket.Options.SetRequestHeader("Authorization", "Bearer " + token);
        await socket.ConnectAsync(new Uri($"ws://localhost:{Address.Port}/ws"), CancellationToken.None).WaitAsync(Patience);
        return socket;
    }

    public async Task ComeAndGoAsync()
    {
        var told = _error.NextLineAsync();
        using var page = await ConnectAsync();
        await page.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None).WaitAsync(Patience);
        Assert.Contains("last page has gone", await told.WaitAsync(Patience));
    }

    public async Task<int> StopAsync()
    {
        await _stop.CancelAsync();
        return await Ended.WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        _state.Delete(recursive: true);
    }
}
