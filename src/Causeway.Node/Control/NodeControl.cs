using System.Runtime.CompilerServices;
using Causeway.Libp2p;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Ping;
using Causeway.Libp2p.Security;
using Causeway.Multiformats;

namespace Causeway.Node.Control;

/// <summary>What a node inside this process answers.</summary>
public sealed partial class NodeControl : INodeControl
{
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(1);

    private readonly NodeServer _node;
    private readonly TimeProvider _time;

    internal NodeControl(NodeServer node, TimeProvider time) => (_node, _time) = (node, time);

    private IHost Host => _node.Host;

    /// <inheritdoc/>
    public Task<NodeReport> GetStatusAsync(CancellationToken cancellationToken) => Task.FromResult(_node.Report());

    /// <inheritdoc/>
    public Task<IReadOnlyList<ConnectionReport>> GetConnectionsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ConnectionReport>>([.. Host.Connections.All.OrderBy(static c => c.OpenedAt).ThenBy(static c => c.Id).Select(Describe)]);

    /// <inheritdoc/>
    public Task<IReadOnlyList<PeerReport>> GetPeersAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<PeerReport>>(
            [.. Host.Peers.All.Select(peer => Describe(peer, Host.Peers.AddressesOf(peer))).Where(static p => p.Addresses.Count > 0).OrderBy(static p => p.PeerId, StringComparer.Ordinal)]);

    /// <inheritdoc/>
    public async Task<ConnectionReport> ConnectAsync(string target, CancellationToken cancellationToken) => Describe(await ReachAsync(target, cancellationToken));

    /// <inheritdoc/>
    public async Task<int> DisconnectAsync(string target, CancellationToken cancellationToken)
    {
        var peer = TryParseAddress(target, out var address)
            ? address.PeerId ?? throw new NodeException(NodeError.BadRequest, $"{target} does not say whom to disconnect; end it with /p2p/<peer ID>.")
            : ParsePeer(target);
        var count = Host.Connections.To(peer).Count;
        if (count == 0) throw new NodeException(NodeError.NotFound, $"There is no connection to {peer}; see 'causeway swarm peers'.");
        await Host.Connections.DisconnectAsync(peer, cancellationToken);
        return count;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<PingReport> PingAsync(string target, int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var peer = (await ReachAsync(target, cancellationToken)).RemotePeer;
        var pings = new PingService(Host, _time);
        for (var sequence = 1; sequence <= count; sequence++)
        {
            if (sequence > 1) await Task.Delay(PingInterval, _time, cancellationToken);
            yield return await PingOnceAsync(pings, peer, sequence, cancellationToken);
        }
    }

    private static async Task<PingReport> PingOnceAsync(PingService pings, PeerId peer, int sequence, CancellationToken cancellationToken)
    {
        try
        {
            return new PingReport(sequence, (await pings.PingAsync(peer, cancellationToken)).TotalMilliseconds, null);
        }
        catch (Libp2pException e)
        {
            return new PingReport(sequence, null, e.Message);
        }
    }

    private async Task<IConnection> ReachAsync(string target, CancellationToken cancellationToken)
    {
        try
        {
            return TryParseAddress(target, out var address)
                ? await Host.ConnectAsync(address, cancellationToken)
                : await Host.ConnectAsync(ParsePeer(target), cancellationToken);
        }
        catch (Libp2pException e)
        {
            throw Failure(e);
        }
    }

    private static NodeException Failure(Libp2pException e) => new(e.Error == Libp2pError.InvalidArgument ? NodeError.BadRequest : NodeError.Failed, e.Message, e);

    private static bool TryParseAddress(string text, out Multiaddress address)
    {
        address = Multiaddress.Empty;
        if (!text.StartsWith('/')) return false;
        try
        {
            address = Multiaddress.Parse(text);
            return true;
        }
        catch (FormatException e)
        {
            throw new NodeException(NodeError.BadRequest, $"'{text}' is no multiaddr: {e.Message}", e);
        }
    }

    private static PeerId ParsePeer(string text)
    {
        try
        {
            return PeerId.Parse(text);
        }
        catch (FormatException e)
        {
            throw new NodeException(NodeError.BadRequest, $"'{text}' is no peer ID and no multiaddr: {e.Message}", e);
        }
    }

    private static PeerReport Describe(PeerId peer, IEnumerable<Multiaddress> addresses) => new(peer.ToString(), [.. addresses.Select(static a => a.ToString())]);

    private ConnectionReport Describe(IConnection connection) => new(
        connection.RemotePeer.ToString(),
        connection.RemoteAddress.ToString(),
        connection.Role == ConnectionRole.Initiator ? "outbound" : "inbound",
        connection.IsRelayed,
        connection.IsLimited,
        connection.RoundTripTime?.TotalMilliseconds,
        connection.StreamCount,
        Host.Peers.InfoOf(connection.RemotePeer)?.AgentVersion,
        connection.OpenedAt);
}
