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
    public static Task<LabPeer> StartRelayAsync(LabHost host) => StartAsync(host, ["relay", "443", $"{host.Address}"]);

    /// <summary>Starts a host that knows a relay.</summary>
    public static Task<LabPeer> StartHostAsync(LabHost host, LabPeer relay, ProcessOptions? options = null) => StartAsync(host, ["host", .. relay.Addresses], options);

    /// <summary>Waits until it can be reached through a relay, and returns that address.</summary>
    public async Task<string> ReservedAsync()
    {
        var line = await _process.WaitForLineAsync(l => l.StartsWith("{\"event\":\"addresses\"", StringComparison.Ordinal) && l.Contains("/p2p-circuit", StringComparison.Ordinal), TestLab.Patience);
        return JsonDocument.Parse(line).RootElement.GetProperty("addresses").EnumerateArray().Select(a => a.GetString()!).First(a => a.Contains("/p2p-circuit", StringComparison.Ordinal));
    }

    /// <summary>Tells it to connect, which it does in the background.</summary>
    public Task ConnectAsync(string address) => _process.WriteLineAsync($"connect {address}");

    /// <summary>Tells it to connect until it does, however often that fails.</summary>
    public async Task InsistAsync(string address, LabPeer other, bool isDirect)
    {
        while (true)
        {
            await ConnectAsync(address);

            // One that is about to close does for a moment as an answer; then it closes.
            string[] ends = [Opened(other, isDirect), "\"error\"", $"\"closed\",\"peer\":\"{other.Id}\""];
            var line = await _process.WaitForLineAsync(l => ends.Any(e => l.Contains(e, StringComparison.Ordinal)), 3 * TestLab.Patience);
            if (line.Contains(ends[0], StringComparison.Ordinal)) return;
        }
    }

    /// <summary>Opens a stream and keeps it.</summary>
    public async Task HoldAsync(LabPeer other)
    {
        await _process.WriteLineAsync($"hold {other.Id}");
        await _process.WaitForLineAsync("\"held\"", TestLab.Patience);
    }

    /// <summary>Waits until the stream that is kept has broken.</summary>
    public Task ReleasedAsync() => _process.WaitForLineAsync("\"released\"", 3 * TestLab.Patience);

    /// <summary>Waits until it has opened or accepted a connection with another.</summary>
    public Task<string> OpenedAsync(LabPeer other, bool isDirect) => _process.WaitForLineAsync(
        l => l.Contains(Opened(other, isDirect), StringComparison.Ordinal), TestLab.Patience);

    /// <summary>Whether it has ever had a direct connection with another.</summary>
    public bool HasBeenDirect(LabPeer other) => Lines.Any(l => l.Contains(Opened(other, isDirect: true), StringComparison.Ordinal));

    /// <summary>
    /// Sends a text over a new stream and waits for it to come back. A stream that begins on a relayed connection while the other end closes that one in favour
    /// of a direct one is reset, and the next goes there.
    /// </summary>
    /// <exception cref="LabException">It never comes back.</exception>
    public async Task SayAsync(LabPeer other, string text)
    {
        var error = "";
        for (var attempt = 0; attempt < 5; attempt++)
        {
            await _process.WriteLineAsync($"say {other.Id} {text}");
            var line = await _process.WaitForLineAsync(l => l.Contains("\"echo\"", StringComparison.Ordinal) || l.Contains("\"error\"", StringComparison.Ordinal), TestLab.Patience);
            if (line == $$"""{"event":"echo","text":"{{text}}"}""") return;
            error = line;
        }

        throw new LabException($"'{text}' does not come back from {other.Id}: {error}");
    }

    /// <summary>Ends it as a power cut would.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    // Direct, or of any kind.
    private static string Opened(LabPeer other, bool isDirect) => $"\"opened\",\"peer\":\"{other.Id}\",\"direct\":{(isDirect ? "true" : "")}";

    private static async Task<LabPeer> StartAsync(LabHost host, string[] arguments, ProcessOptions? options = null)
    {
        var process = await host.StartAsync(options ?? ProcessOptions.Default, Program, arguments);
        using var started = JsonDocument.Parse(await process.WaitForLineAsync("\"started\"", TestLab.Patience));
        return new LabPeer(
            process, started.RootElement.GetProperty("peer").GetString()!,
            [.. started.RootElement.GetProperty("addresses").EnumerateArray().Select(a => a.GetString()!)]);
    }
}
