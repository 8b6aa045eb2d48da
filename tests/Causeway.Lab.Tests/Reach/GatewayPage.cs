using System.Text.Json;
using Causeway.Lab.Processes;

namespace Causeway.Lab.Tests.Reach;

/// <summary><c>causeway gateway</c> on a machine of a lab that knows nothing but a bootstrap address, and a page of it.</summary>
internal sealed class GatewayPage : IAsyncDisposable
{
    private const string Port = "10000";

    private readonly LabProcess _gateway;
    private readonly LabProcess _page;
    private int _requests;

    private GatewayPage(LabProcess gateway, LabProcess page)
    {
        _gateway = gateway;
        _page = page;
    }

    /// <summary>Its page's peer ID.</summary>
    public string PeerId { get; private set; } = "";

    /// <summary>What the gateway has written.</summary>
    public IReadOnlyList<string> Lines => _gateway.Lines;

    /// <summary>Starts both; the page has its peer then.</summary>
    public static async Task<GatewayPage> StartAsync(LabHost host, string bootstrap)
    {
        var gateway = await host.StartAsync(LabNode.Program, "gateway", "--noopen", "--linger", "--port", Port, "--bootstrap", bootstrap);
        await gateway.WaitForLineAsync($":{Port}", TestLab.Patience);
        var page = await host.StartAsync(Path.Combine(AppContext.BaseDirectory, "causeway-lab"), "traffic", "websocket", $"ws://127.0.0.1:{Port}/ws");
        await page.WaitForLineAsync("open", TestLab.Patience);
        var started = new GatewayPage(gateway, page);
        started.PeerId = (await started.AskAsync("peer", "{}")).GetProperty("peerid").GetString()!;
        return started;
    }

    /// <summary>Enters a topic.</summary>
    public Task SubscribeAsync(string topic) => AskAsync("subscribe", JsonSerializer.Serialize(new { topic }));

    /// <summary>Waits until another is in the topic too.</summary>
    public Task JoinedAsync(GatewayPage other) => PushAsync("peerChange", other.PeerId, "\"joined\":true");

    /// <summary>Publishes to a topic.</summary>
    public Task PublishAsync(string topic, string text) => AskAsync("publish", JsonSerializer.Serialize(new { topic, data = text }));

    /// <summary>Waits for what another has published.</summary>
    public Task ReceivedAsync(GatewayPage from, string text) => PushAsync("topicData", from.PeerId, $"\"data\":\"{text}\"");

    /// <summary>Whether there is a direct connection with another.</summary>
    public async Task<bool> IsDirectAsync(GatewayPage other)
    {
        var report = await AskAsync("connections", "{}");
        return report.GetProperty("connections").EnumerateArray().Any(c =>
            c.GetProperty("peerid").GetString() == other.PeerId && c.GetProperty("transport").GetString() != "circuit");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _page.DisposeAsync();
        await _gateway.DisposeAsync();
    }

    private Task<string> PushAsync(string method, string peer, string part) => _page.WaitForLineAsync(
        l => l.Contains($"\"{method}\"", StringComparison.Ordinal) && l.Contains(peer, StringComparison.Ordinal) && l.Contains(part, StringComparison.Ordinal), TestLab.Patience);

    private async Task<JsonElement> AskAsync(string method, string parameters)
    {
        var id = _requests++;
        await _page.WriteLineAsync($$"""{"requestid":{{id}},"method":"{{method}}","params":{{parameters}},"isresponse":false}""");
        while (true)
        {
            var line = await _page.WaitForLineAsync("\"isresponse\":true", TestLab.Patience);
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.GetProperty("requestid").GetInt32() != id) continue;
            if (document.RootElement.TryGetProperty("error", out var error)) throw new LabException($"{method}: {error}");
            return document.RootElement.GetProperty("result").Clone();
        }
    }
}
