using System.Text.Json;
using Causeway.Lab.Processes;

namespace Causeway.Lab.Tests.Reach;

/// <summary>A libp2p host of ours on a machine of a lab (<c>causeway-lab-peer</c>).</summary>
internal sealed class LabPeer : IAsyncDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "causeway-lab-peer");

    private readonly LabProcess _process;

    private LabPeer(LabProcess process, string id, IReadOnlyList<string> addresses)
    {
        _process = process;
        Id = id;
        Addresses = addresses;
    }

    /// <summary>Its peer ID.</summary>
    public string Id { get; }

    /// <summary>Its addresses when it had started, each with its ID.</summary>
    public IReadOnlyList<string> Addresses { get; }

    /// <summary>What it has said so far.</summary>
    public IReadOnlyList<string> Lines => _process.Lines;

    /// <summary>Starts a relay, on the port that every site can dial.</summary>
    public static Task<LabPeer> StartRelayAsync(LabHost host) => StartAsync(host, "relay", "443", $"{host.Address}");

    /// <summary>Starts a host that knows a relay.</summary>
    public static Task<LabPeer> StartHostAsync(LabHost host, LabPeer relay) => StartAsync(host, ["host", .. relay.Addresses]);

    /// <summary>Waits until it can be reached through a relay, and returns that address.</summary>
    public async Task<string> ReservedAsync()
    {
        var line = await _process.WaitForLineAsync("/p2p-circuit", TestLab.Patience);
        return JsonDocument.Parse(line).RootElement.GetProperty("addresses").EnumerateArray().Select(a => a.GetString()!).First(a => a.Contains("/p2p-circuit", StringComparison.Ordinal));
    }

    /// <summary>Tells it to connect, which it does in the background.</summary>
    public Task ConnectAsync(string address) => _process.WriteLineAsync($"connect {address}");

    /// <summary>Waits until it has opened or accepted a connection with another.</summary>
    public Task<string> OpenedAsync(LabPeer other, bool isDirect) => _process.WaitForLineAsync(
        l => l.Contains($"\"opened\",\"peer\":\"{other.Id}\",\"direct\":{(isDirect ? "true" : "")}", StringComparison.Ordinal), TestLab.Patience);

    /// <summary>Sends a text over a new stream and waits for it to come back.</summary>
    public async Task SayAsync(LabPeer other, string text)
    {
        await _process.WriteLineAsync($"say {other.Id} {text}");
        var line = await _process.WaitForLineAsync(l => l.Contains("\"echo\"", StringComparison.Ordinal) || l.Contains("\"error\"", StringComparison.Ordinal), TestLab.Patience);
        Assert.Equal($$"""{"event":"echo","text":"{{text}}"}""", line);
    }

    /// <summary>Ends it as a power cut would.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<LabPeer> StartAsync(LabHost host, params string[] arguments)
    {
        var process = await host.StartAsync(Program, arguments);
        using var started = JsonDocument.Parse(await process.WaitForLineAsync("\"started\"", TestLab.Patience));
        return new LabPeer(
            process, started.RootElement.GetProperty("peer").GetString()!,
            [.. started.RootElement.GetProperty("addresses").EnumerateArray().Select(a => a.GetString()!)]);
    }
}
