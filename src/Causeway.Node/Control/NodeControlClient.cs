using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Causeway.Hosting.Control;

namespace Causeway.Node.Control;

/// <summary>The end of the control socket at which commands ask.</summary>
public sealed class NodeControlClient : INodeControl, IDisposable
{
    // Searches in a large DHT take a minute, connecting through a chain of dead addresses may, too. A node that says nothing for so long hangs.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    /// <summary>A client; it connects when it is asked something, and gives an answer (and each part of one that comes in parts) 5 minutes.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="time">The clock. Default the system's.</param>
    /// <exception cref="NodeException">The path is too long.</exception>
    public NodeControlClient(string path, TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        try
        {
            _http = ControlSocketClient.Create(path, NodeProtocol.MaxResponse);
        }
        catch (ControlSocketException e)
        {
            throw new NodeException(NodeError.BadRequest, e.Message, e);
        }

        _http.DefaultRequestHeaders.Add(NodeProtocol.GenerationHeader, NodeProtocol.Generation);
    }

    /// <inheritdoc/>
    public Task<NodeReport> GetStatusAsync(CancellationToken cancellationToken) => AskAsync(HttpMethod.Get, NodeProtocol.Status, NodeJson.Default.NodeReport, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ConnectionReport>> GetConnectionsAsync(CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Get, NodeProtocol.Connections, NodeJson.Default.IReadOnlyListConnectionReport, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<PeerReport>> GetPeersAsync(CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Get, NodeProtocol.Peers, NodeJson.Default.IReadOnlyListPeerReport, cancellationToken);

    /// <inheritdoc/>
    public Task<ConnectionReport> ConnectAsync(string target, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Post, $"{NodeProtocol.Connect}?target={Uri.EscapeDataString(target)}", NodeJson.Default.ConnectionReport, cancellationToken);

    /// <inheritdoc/>
    public Task<int> DisconnectAsync(string target, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Post, $"{NodeProtocol.Disconnect}?target={Uri.EscapeDataString(target)}", NodeJson.Default.Int32, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<PingReport> PingAsync(string target, int count, CancellationToken cancellationToken) =>
        StreamAsync(string.Create(CultureInfo.InvariantCulture, $"{NodeProtocol.Ping}?target={Uri.EscapeDataString(target)}&count={count}"), NodeJson.Default.PingReport, cancellationToken);

    /// <inheritdoc/>
    public Task<PeerReport> FindPeerAsync(string peer, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Get, $"{NodeProtocol.FindPeer}?peer={Uri.EscapeDataString(peer)}", NodeJson.Default.PeerReport, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<PeerReport> FindProvidersAsync(string cid, int count, CancellationToken cancellationToken) =>
        StreamAsync(string.Create(CultureInfo.InvariantCulture, $"{NodeProtocol.Providers}?cid={Uri.EscapeDataString(cid)}&count={count}"), NodeJson.Default.PeerReport, cancellationToken);

    /// <inheritdoc/>
    public Task ProvideAsync(string cid, CancellationToken cancellationToken) => TellAsync(HttpMethod.Post, $"{NodeProtocol.Provide}?cid={Uri.EscapeDataString(cid)}", null, cancellationToken);

    /// <inheritdoc/>
    public Task<ValueReport> GetValueAsync(string key, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Get, $"{NodeProtocol.Value}?key={Uri.EscapeDataString(key)}", NodeJson.Default.ValueReport, cancellationToken);

    /// <inheritdoc/>
    public Task PutValueAsync(ValueReport value, CancellationToken cancellationToken) =>
        TellAsync(HttpMethod.Put, NodeProtocol.Value, new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(value, NodeJson.Default.ValueReport)), cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<T> AskAsync<T>(HttpMethod method, string path, JsonTypeInfo<T> type, CancellationToken cancel)
    {
        using var response = await ExplainedAsync(patience => SendAsync(method, path, null, HttpCompletionOption.ResponseContentRead, patience), cancel);
        return Read(await response.Content.ReadAsByteArrayAsync(cancel), type);
    }

    private async Task TellAsync(HttpMethod method, string path, HttpContent? body, CancellationToken cancel)
    {
        using (await ExplainedAsync(patience => SendAsync(method, path, body, HttpCompletionOption.ResponseContentRead, patience), cancel))
        {
            // That it succeeded is all there is to know.
        }
    }

    private async IAsyncEnumerable<T> StreamAsync<T>(string path, JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var response = await ExplainedAsync(patience => SendAsync(HttpMethod.Get, path, null, HttpCompletionOption.ResponseHeadersRead, patience), cancel);
        await using var stream = await ExplainedAsync(patience => response.Content.ReadAsStreamAsync(patience), cancel);
        using var reader = new StreamReader(stream);
        while (await ExplainedAsync(patience => reader.ReadLineAsync(patience).AsTask(), cancel) is { } line) yield return Read(Encoding.UTF8.GetBytes(line), type);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? body, HttpCompletionOption completion, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        var response = await _http.SendAsync(request, completion, cancel);
        var isOurs = response.Headers.TryGetValues(NodeProtocol.GenerationHeader, out var values) && values.First() == NodeProtocol.Generation;
        if (response.IsSuccessStatusCode && isOurs) return response;
        using (response)
        {
            if (!isOurs || response.StatusCode == HttpStatusCode.UpgradeRequired) throw OtherVersion();
            var problem = Read(await response.Content.ReadAsByteArrayAsync(cancel), ControlProblemJson.Default.ControlProblem);
            throw new NodeException(response.StatusCode switch { HttpStatusCode.NotFound => NodeError.NotFound, HttpStatusCode.BadRequest => NodeError.BadRequest, _ => NodeError.Failed }, problem.Message);
        }
    }

    private async Task<T> ExplainedAsync<T>(Func<CancellationToken, Task<T>> step, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(Patience, _time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            return await step(patience.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            throw e switch
            {
                HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.AccessDenied } } =>
                    new NodeException(NodeError.NotAllowed, "The node belongs to another user; run the command as that user or as root.", e),
                HttpRequestException { InnerException: SocketException } =>
                    new NodeException(NodeError.NotRunning, "No node runs here; start one with 'causeway node', or name a peer to start from with --bootstrap.", e),
                OperationCanceledException => new NodeException(NodeError.NoAnswer, "The node does not answer; see its log, and end its process if need be.", e),
                _ => new NodeException(NodeError.NoAnswer, "The node ended the conversation; see its log.", e),
            };
        }
    }

    private static T Read<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw OtherVersion();
        }
        catch (JsonException e)
        {
            throw OtherVersion(e);
        }
    }

    private static NodeException OtherVersion(Exception? cause = null) => new(NodeError.OtherVersion, "The node is of another version than this command; restart it.", cause);
}
