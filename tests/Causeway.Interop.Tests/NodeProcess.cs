using System.Diagnostics;

namespace Causeway.Interop.Tests;

/// <summary>The real <c>causeway node</c> on loopback, by TCP and WebSocket, with its state in a folder of its own.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private const string Title = "Causeway node: ";

    private readonly Process _process;
    private readonly DirectoryInfo _state;

    private NodeProcess(Process process, DirectoryInfo state)
    {
        _process = process;
        _state = state;
    }

    /// <summary>Its peer ID.</summary>
    public string Id { get; private set; } = "";

    /// <summary>Its TCP address, with <c>/p2p</c>.</summary>
    public string TcpAddress { get; private set; } = "";

    /// <summary>Its WebSocket address, with <c>/p2p</c>.</summary>
    public string WebSocketAddress { get; private set; } = "";

    /// <summary>Starts it and waits until it has said where it listens.</summary>
    public static async Task<NodeProcess> StartAsync()
    {
        var state = Directory.CreateTempSubdirectory("causeway-node-");

        // Circuits may take their time, as tests may; what they carry is limited as usual.
        string[] options =
        [
            "--listen", "/ip4/127.0.0.1/tcp/0", "--listen", "/ip4/127.0.0.1/tcp/0/ws", "--http-port", "0", "--state", state.FullName, "--relay-duration", "1h",
        ];
        var executable = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "causeway.exe" : "causeway");
        var start = new ProcessStartInfo(executable, ["node", .. options]) { RedirectStandardOutput = true, UseShellExecute = false };
        var node = new NodeProcess(Process.Start(start)!, state);
        try
        {
            await node.ReadAddressesAsync().WaitAsync(JsPeer.Patience);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills it without a goodbye and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
        _state.Delete(recursive: true);
    }

    private async Task ReadAddressesAsync()
    {
        // The last of its lines is that of health and metrics.
        while (await _process.StandardOutput.ReadLineAsync() is { } line && !line.StartsWith("health", StringComparison.Ordinal))
        {
            if (line.StartsWith(Title, StringComparison.Ordinal)) Id = line[Title.Length..];
            else if (line.Contains("/ws/", StringComparison.Ordinal)) WebSocketAddress = line.Trim();
            else TcpAddress = line.Trim();
        }

        if (WebSocketAddress.Length == 0) throw new InvalidOperationException("causeway node has not said where it listens.");
    }
}
