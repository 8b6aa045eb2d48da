using Causeway.Lab.Processes;

namespace Causeway.Lab.Tests.Tunnel;

/// <summary><c>causeway relay</c> on a machine of a lab. It keeps its identity and its port when it is started again.</summary>
internal sealed class LabRelay : IAsyncDisposable
{
    private const string Announcement = "Causeway relay: ";

    private readonly LabHost _host;
    private readonly string[] _arguments;
    private LabProcess _process;

    private LabRelay(LabHost host, string[] arguments, LabProcess process, string url)
    {
        _host = host;
        _arguments = arguments;
        _process = process;
        Url = url;
    }

    /// <summary>Where members reach it, with its pins.</summary>
    public string Url { get; }

    /// <summary>What it has written since it was last started.</summary>
    public IReadOnlyList<string> Lines => _process.Lines;

    /// <summary>Starts one; with TLS it has a certificate of its own making, whose hash is in the address.</summary>
    public static async Task<LabRelay> StartAsync(LabHost host, bool hasTls, params string[] arguments)
    {
        arguments = ["relay", "--name", $"{host.Address}", "--listen", "0.0.0.0", "--port", "8443", "--state", "/run/home/relay", "--drain", "1s", .. hasTls ? Array.Empty<string>() : ["--plain"], .. arguments];
        var (process, url) = await RunAsync(host, arguments);
        return new LabRelay(host, arguments, process, url);
    }

    /// <summary>Ends it as an administrator would: members are told.</summary>
    public async Task StopAsync()
    {
        _process.Signal(LabSignal.Terminate);
        Assert.Equal(0, await _process.ExitAsync(TestLab.Patience));
    }

    /// <summary>Ends it as a power cut would.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>Starts it again, after its end.</summary>
    public async Task StartAgainAsync()
    {
        await _process.DisposeAsync();
        (_process, var url) = await RunAsync(_host, _arguments);
        Assert.Equal(Url, url);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<(LabProcess Process, string Url)> RunAsync(LabHost host, string[] arguments)
    {
        var process = await host.StartAsync(TunnelMachine.Program, arguments);
        var line = await process.WaitForLineAsync(Announcement, TestLab.Patience);
        return (process, line[Announcement.Length..]);
    }
}
