using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Causeway.Hosting.Control;

namespace Causeway.Node.Control;

/// <summary>The end of the control socket at which commands ask.</summary>
public sealed class NodeControlClient : INodeControl, IDisposable
{
    // Searches in a large DHT take a minute, connecting through a chain of dead addresses may, too. A node that says nothing for so long hangs.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly ControlSocketClient _client;

    /// <summary>A client; it connects when it is asked something, and gives an answer (and each part of one that comes in parts) 5 minutes.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="time">The clock. Default the system's.</param>
    /// <exception cref="NodeException">The path is too long.</exception>
    public NodeControlClient(string path, TimeProvider? time = null)
    {
        try
        {
            _client = new ControlSocketClient(path, new ControlSocketClientOptions(NodeProtocol.Generation, NodeProtocol.MaxResponse, Patience, Patience), Explain, time);
        }
        catch (ControlSocketException e)
        {
            throw new NodeException(NodeError.BadRequest, e.Message, e);
        }
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
        _client.StreamAsync(string.Create(CultureInfo.InvariantCulture, $"{NodeProtocol.Ping}?target={Uri.EscapeDataString(target)}&count={count}"), NodeJson.Default.PingReport, cancellationToken);

    /// <inheritdoc/>
    public Task<PeerReport> FindPeerAsync(string peer, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Get, $"{NodeProtocol.FindPeer}?peer={Uri.EscapeDataString(peer)}", NodeJson.Default.PeerReport, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<PeerReport> FindProvidersAsync(string cid, int count, CancellationToken cancellationToken) =>
        _client.StreamAsync(string.Create(CultureInfo.InvariantCulture, $"{NodeProtocol.Providers}?cid={Uri.EscapeDataString(cid)}&count={count}"), NodeJson.Default.PeerReport, cancellationToken);

    /// <inheritdoc/>
    public Task ProvideAsync(string cid, CancellationToken cancellationToken) => TellAsync(HttpMethod.Post, $"{NodeProtocol.Provide}?cid={Uri.EscapeDataString(cid)}", null, cancellationToken);

    /// <inheritdoc/>
    public Task<ValueReport> GetValueAsync(string key, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Get, $"{NodeProtocol.Value}?key={Uri.EscapeDataString(key)}", NodeJson.Default.ValueReport, cancellationToken);

    /// <inheritdoc/>
    public Task PutValueAsync(ValueReport value, CancellationToken cancellationToken) =>
        TellAsync(HttpMethod.Put, NodeProtocol.Value, new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(value, NodeJson.Default.ValueReport)), cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<CarImportReport> ImportCarAsync(string path, bool isPinned, CancellationToken cancellationToken) =>
        _client.StreamAsync($"{NodeProtocol.ImportCar}?path={Uri.EscapeDataString(path)}&pin={(isPinned ? 1 : 0)}", NodeJson.Default.CarImportReport, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static NodeException Explain(ControlFailure failure) => failure.Kind switch
    {
        ControlFailureKind.NotAllowed => new NodeException(NodeError.NotAllowed, "The node belongs to another user; run the command as that user or as root.", failure.Cause),
        ControlFailureKind.NotRunning =>
            new NodeException(NodeError.NotRunning, "No node runs here; start one with 'causeway node', or name a peer to start from with --bootstrap.", failure.Cause),
        ControlFailureKind.OtherVersion => new NodeException(NodeError.OtherVersion, "The node is of another version than this command; restart it.", failure.Cause),
        ControlFailureKind.Refused => new NodeException(
            failure.Status switch { HttpStatusCode.NotFound => NodeError.NotFound, HttpStatusCode.BadRequest => NodeError.BadRequest, _ => NodeError.Failed }, failure.Message),
        ControlFailureKind.Silent => new NodeException(NodeError.NoAnswer, "The node does not answer; see its log, and end its process if need be.", failure.Cause),
        _ => new NodeException(NodeError.NoAnswer, "The node ended the conversation; see its log.", failure.Cause),
    };

    private Task<T> AskAsync<T>(HttpMethod method, string path, JsonTypeInfo<T> type, CancellationToken cancel) => _client.AskAsync(method, path, null, type, cancel);

    private Task TellAsync(HttpMethod method, string path, HttpContent? body, CancellationToken cancel) => _client.TellAsync(method, path, body, isForAll: false, cancel);
}
