using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Causeway.Hosting.Control;

namespace Causeway.Tunnel.Daemon.Control;

/// <summary>The end of the control socket at which commands ask. Every method throws a <see cref="ControlException"/> that says why it could not be done.</summary>
public sealed class ControlClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _network;
    private readonly string _version;
    private readonly HttpClient _http;

    /// <summary>A client; it connects when it is asked something.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="network">The network's name, for messages.</param>
    /// <param name="version">This program's version, for messages.</param>
    /// <exception cref="ControlException">The path is too long.</exception>
    public ControlClient(string path, string network, string version)
    {
        (_network, _version) = (network, version);
        try
        {
            _http = ControlSocketClient.Create(path, ControlProtocol.MaxResponse);
        }
        catch (ControlSocketException e)
        {
            throw new ControlException(e.Message, e);
        }

        _http.DefaultRequestHeaders.Add(ControlProtocol.GenerationHeader, ControlProtocol.Generation);
        _http.DefaultRequestHeaders.Add(ControlProtocol.VersionHeader, version);
    }

    /// <inheritdoc cref="ITunnelControl.GetStatus"/>
    public Task<TunnelStatus> GetStatusAsync(CancellationToken cancel) => GetAsync(ControlProtocol.Status, ControlJson.Default.TunnelStatus, cancel);

    /// <inheritdoc cref="ITunnelControl.WatchAsync"/>
    public IAsyncEnumerable<TunnelStatus> WatchAsync(CancellationToken cancel) => StreamAsync(ControlProtocol.Watch, ControlJson.Default.TunnelStatus, cancel);

    /// <inheritdoc cref="ITunnelControl.GetPeers"/>
    public Task<IReadOnlyList<PeerReport>> GetPeersAsync(CancellationToken cancel) => GetAsync(ControlProtocol.Peers, ControlJson.Default.IReadOnlyListPeerReport, cancel);

    /// <inheritdoc cref="ITunnelControl.PingAsync"/>
    public IAsyncEnumerable<PingReport> PingAsync(string peer, int count, CancellationToken cancel) =>
        StreamAsync(string.Create(CultureInfo.InvariantCulture, $"{ControlProtocol.Ping}?peer={Uri.EscapeDataString(peer)}&count={count}"), ControlJson.Default.PingReport, cancel);

    /// <inheritdoc cref="ITunnelControl.InviteAsync"/>
    public Task<InvitationReport> InviteAsync(InvitationRequest request, CancellationToken cancel) =>
        AskAsync(HttpMethod.Post, ControlProtocol.Invitations, Body(request, ControlJson.Default.InvitationRequest), ControlJson.Default.InvitationReport, cancel);

    /// <inheritdoc cref="ITunnelControl.GetInvitations"/>
    public Task<IReadOnlyList<InvitationReport>> GetInvitationsAsync(CancellationToken cancel) => GetAsync(ControlProtocol.Invitations, ControlJson.Default.IReadOnlyListInvitationReport, cancel);

    /// <inheritdoc cref="ITunnelControl.RevokeInvitationAsync"/>
    public Task RevokeInvitationAsync(string id, CancellationToken cancel) => TellAsync(HttpMethod.Delete, $"{ControlProtocol.Invitations}?id={Uri.EscapeDataString(id)}", null, cancel);

    /// <inheritdoc cref="ITunnelControl.RemoveAsync"/>
    public Task RemoveAsync(string peer, CancellationToken cancel) => ChangeAsync(ControlProtocol.Remove, peer, null, cancel);

    /// <inheritdoc cref="ITunnelControl.RenameAsync"/>
    public Task RenameAsync(string peer, string name, CancellationToken cancel) => ChangeAsync(ControlProtocol.Rename, peer, name, cancel);

    /// <inheritdoc cref="ITunnelControl.SetAddressAsync"/>
    public Task SetAddressAsync(string peer, string address, CancellationToken cancel) => ChangeAsync(ControlProtocol.Address, peer, address, cancel);

    /// <inheritdoc cref="ITunnelControl.SetRoleAsync"/>
    public Task SetRoleAsync(string peer, bool isAdministrator, CancellationToken cancel) =>
        ChangeAsync(ControlProtocol.Role, peer, isAdministrator ? ControlProtocol.Administrator : ControlProtocol.Member, cancel);

    /// <inheritdoc cref="ITunnelControl.GetRelays"/>
    public Task<IReadOnlyList<string>> GetRelaysAsync(CancellationToken cancel) => GetAsync(ControlProtocol.Relays, ControlJson.Default.IReadOnlyListString, cancel);

    /// <inheritdoc cref="ITunnelControl.SetRelaysAsync"/>
    public Task SetRelaysAsync(IReadOnlyList<string> relays, CancellationToken cancel) => TellAsync(HttpMethod.Put, ControlProtocol.Relays, Body(relays, ControlJson.Default.IReadOnlyListString), cancel);

    /// <inheritdoc cref="ITunnelControl.StopAsync"/>
    public Task StopAsync(CancellationToken cancel) => TellAsync(HttpMethod.Post, ControlProtocol.Stop, null, cancel);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static ByteArrayContent Body<T>(T value, JsonTypeInfo<T> type) => new(JsonSerializer.SerializeToUtf8Bytes(value, type));

    private Task<bool> ChangeAsync(string path, string peer, string? value, CancellationToken cancel) => TellAsync(HttpMethod.Post, path, Body(new PeerChange(peer, value), ControlJson.Default.PeerChange), cancel);

    private Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancel) => AskAsync(HttpMethod.Get, path, null, type, cancel);

    private Task<T> AskAsync<T>(HttpMethod method, string path, HttpContent? body, JsonTypeInfo<T> type, CancellationToken cancel) =>
        ExchangeAsync(method, path, body, async (response, patience) => Read(await response.Content.ReadAsByteArrayAsync(patience), type), cancel);

    private Task<bool> TellAsync(HttpMethod method, string path, HttpContent? body, CancellationToken cancel) => ExchangeAsync(method, path, body, (_, _) => Task.FromResult(true), cancel);

    private async Task<T> ExchangeAsync<T>(HttpMethod method, string path, HttpContent? body, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        try
        {
            using var response = await SendAsync(method, path, body, HttpCompletionOption.ResponseContentRead, patience.Token);
            return await read(response, patience.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            throw Explained(e);
        }
    }

    private async IAsyncEnumerable<T> StreamAsync<T>(string path, JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var response = await ExplainedAsync(() => SendAsync(HttpMethod.Get, path, null, HttpCompletionOption.ResponseHeadersRead, cancel), cancel);
        await using var stream = await ExplainedAsync(() => response.Content.ReadAsStreamAsync(cancel), cancel);
        using var reader = new StreamReader(stream);
        while (await ExplainedAsync(() => reader.ReadLineAsync(cancel).AsTask(), cancel) is { } line) yield return Read(Encoding.UTF8.GetBytes(line), type);
    }

    private async Task<T> ExplainedAsync<T>(Func<Task<T>> step, CancellationToken cancel)
    {
        try
        {
            return await step();
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            throw Explained(e);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? body, HttpCompletionOption completion, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        var response = await _http.SendAsync(request, completion, cancel);
        if (response.IsSuccessStatusCode && (path == ControlProtocol.Stop || HeaderOf(response, ControlProtocol.GenerationHeader) == ControlProtocol.Generation)) return response;
        using (response) throw await RefusalAsync(response, cancel);
    }

    private async Task<ControlException> RefusalAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        if (response.IsSuccessStatusCode || response.StatusCode is HttpStatusCode.UpgradeRequired or HttpStatusCode.NotFound or HttpStatusCode.BadRequest) return OtherVersion(HeaderOf(response, ControlProtocol.VersionHeader));
        var problem = Read(await response.Content.ReadAsByteArrayAsync(cancel), ControlProblemJson.Default.ControlProblem);
        return new ControlException(ControlError.Refused, problem.Message);
    }

    private T Read<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw OtherVersion(null);
        }
        catch (JsonException e)
        {
            throw OtherVersion(null, e);
        }
    }

    private ControlException Explained(Exception error) => error switch
    {
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.AccessDenied } } => NotAllowed(error),
        HttpRequestException { InnerException: SocketException } => new ControlException(ControlError.NotRunning, $"The tunnel '{_network}' is not up; start it with 'causeway tunnel up --network {_network}'.", error),

        // Whom it does not know it does not answer.
        HttpRequestException or IOException => new ControlException(ControlError.NoAnswer, $"The tunnel '{_network}' ended the conversation; see 'causeway tunnel status' and 'causeway tunnel logs'.", error),
        _ => new ControlException(ControlError.NoAnswer, $"The tunnel '{_network}' does not answer; see 'causeway tunnel logs', and end its process if need be.", error),
    };

    private ControlException NotAllowed(Exception error) => new(ControlError.NotAllowed, $"The tunnel '{_network}' belongs to another user; run the command as that user or as root.", error);

    private ControlException OtherVersion(string? version, Exception? cause = null) => new(
        ControlError.OtherVersion,
        $"The tunnel '{_network}' is run by causeway {version ?? "of another version"}, this command is {_version}; restart it: 'causeway tunnel down', then 'causeway tunnel up'.",
        cause);

    private static string? HeaderOf(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.First() : null;
}
