using System.Globalization;
using System.Net;
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
    private readonly ControlSocketClient _client;

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
            // Where nothing changes a stream says nothing.
            var options = new ControlSocketClientOptions(ControlProtocol.Generation, ControlProtocol.MaxResponse, Patience, Timeout.InfiniteTimeSpan)
            {
                Headers = new Dictionary<string, string> { [ControlProtocol.VersionHeader] = version },
            };
            _client = new ControlSocketClient(path, options, Explained);
        }
        catch (ControlSocketException e)
        {
            throw new ControlException(e.Message, e);
        }
    }

    /// <inheritdoc cref="ITunnelControl.GetStatus"/>
    public Task<TunnelStatus> GetStatusAsync(CancellationToken cancel) => GetAsync(ControlProtocol.Status, ControlJson.Default.TunnelStatus, cancel);

    /// <inheritdoc cref="ITunnelControl.WatchAsync"/>
    public IAsyncEnumerable<TunnelStatus> WatchAsync(CancellationToken cancel) => _client.StreamAsync(ControlProtocol.Watch, ControlJson.Default.TunnelStatus, cancel);

    /// <inheritdoc cref="ITunnelControl.GetPeers"/>
    public Task<IReadOnlyList<PeerReport>> GetPeersAsync(CancellationToken cancel) => GetAsync(ControlProtocol.Peers, ControlJson.Default.IReadOnlyListPeerReport, cancel);

    /// <inheritdoc cref="ITunnelControl.PingAsync"/>
    public IAsyncEnumerable<PingReport> PingAsync(string peer, int count, CancellationToken cancel) =>
        _client.StreamAsync(string.Create(CultureInfo.InvariantCulture, $"{ControlProtocol.Ping}?peer={Uri.EscapeDataString(peer)}&count={count}"), ControlJson.Default.PingReport, cancel);

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
    public Task StopAsync(CancellationToken cancel) => _client.TellAsync(HttpMethod.Post, ControlProtocol.Stop, null, isForAll: true, cancel);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static ByteArrayContent Body<T>(T value, JsonTypeInfo<T> type) => new(JsonSerializer.SerializeToUtf8Bytes(value, type));

    private Task ChangeAsync(string path, string peer, string? value, CancellationToken cancel) => TellAsync(HttpMethod.Post, path, Body(new PeerChange(peer, value), ControlJson.Default.PeerChange), cancel);

    private Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancel) => AskAsync(HttpMethod.Get, path, null, type, cancel);

    private Task<T> AskAsync<T>(HttpMethod method, string path, HttpContent? body, JsonTypeInfo<T> type, CancellationToken cancel) => _client.AskAsync(method, path, body, type, cancel);

    private Task TellAsync(HttpMethod method, string path, HttpContent? body, CancellationToken cancel) => _client.TellAsync(method, path, body, isForAll: false, cancel);

    private ControlException Explained(ControlFailure failure) => failure.Kind switch
    {
        ControlFailureKind.NotAllowed => new ControlException(ControlError.NotAllowed, $"The tunnel '{_network}' belongs to another user; run the command as that user or as root.", failure.Cause),
        ControlFailureKind.NotRunning => new ControlException(ControlError.NotRunning, $"The tunnel '{_network}' is not up; start it with 'causeway tunnel up --network {_network}'.", failure.Cause),

        // What one that understands the command never answers.
        ControlFailureKind.Refused when failure.Status is not (HttpStatusCode.NotFound or HttpStatusCode.BadRequest) => new ControlException(ControlError.Refused, failure.Message),
        ControlFailureKind.OtherVersion or ControlFailureKind.Refused => OtherVersion(failure),

        // Whom it does not know it does not answer.
        ControlFailureKind.Ended => new ControlException(ControlError.NoAnswer, $"The tunnel '{_network}' ended the conversation; see 'causeway tunnel status' and 'causeway tunnel logs'.", failure.Cause),
        _ => new ControlException(ControlError.NoAnswer, $"The tunnel '{_network}' does not answer; see 'causeway tunnel logs', and end its process if need be.", failure.Cause),
    };

    private ControlException OtherVersion(ControlFailure failure)
    {
        var version = failure.Headers?.TryGetValues(ControlProtocol.VersionHeader, out var values) == true ? values.First() : "of another version";
        return new ControlException(
            ControlError.OtherVersion, $"The tunnel '{_network}' is run by causeway {version}, this command is {_version}; restart it: 'causeway tunnel down', then 'causeway tunnel up'.", failure.Cause);
    }
}
