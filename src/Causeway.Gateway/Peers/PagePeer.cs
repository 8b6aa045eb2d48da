using Causeway.Cryptography.Keys;
using Causeway.Gateway.Directory;
using Causeway.Gateway.Files;
using Causeway.Gateway.Files.Tree;
using Causeway.Gateway.Messaging;
using Causeway.Gateway.Protocol;
using Causeway.Gateway.Topics;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Peers;

/// <summary>The peer of one page: a libp2p peer and all that the page has asked of it. Disposing releases everything.</summary>
internal sealed class PagePeer : IAsyncDisposable
{
    private readonly PrivateKey _identity;
    private readonly IDisposable _reservation;
    private readonly PeerNode _node;
    private readonly LocalDirectory _directory;
    private readonly Neighbourhood _neighbourhood;
    private readonly LocalPeer _local;
    private readonly DiscoveredPeers _discovered;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private int _disposed;

    public PagePeer(
        PrivateKey identity, IDisposable reservation, string alias, PeerNode node, PeerTree tree, IMessageHandler page, Action<OutboundFrame> push, PeerManager manager,
        ILogger logger)
    {
        _identity = identity;
        _reservation = reservation;
        _node = node;
        _directory = manager.Directory;
        _neighbourhood = manager.Neighbourhood;
        _time = manager.Time;
        _logger = logger;
        Alias = alias;
        Key = PeerKeyText.Format(identity);
        _local = new LocalPeer(node.Host, node.LocalAddresses, OnLocal);
        Messages = new DirectMessages(node.Host, Locate, page, manager.Options.Messaging, manager.Budget, manager.Time, logger);
        Topics = new PeerTopics(node.PubSub, node.Discovery, _directory, _neighbourhood, _local, push, manager.Options, manager.Time, logger);
        Kept = new KeptPeers(node.Host, Locate, manager.Options.MaxEntriesPerPage, manager.Time, logger);
        Files = new PeerFiles(node, Locate, tree, manager, logger);
        _discovered = new DiscoveredPeers(node.Host, _directory.IsLocal, logger);
        _directory.Add(_local);
    }

    /// <summary>The peer ID.</summary>
    public PeerId Id => _node.Host.Id;

    /// <summary>The identity as text, as the page keeps it.</summary>
    public string Key { get; }

    /// <summary>The short name in the logs.</summary>
    public string Alias { get; }

    /// <summary>Direct messages.</summary>
    public DirectMessages Messages { get; }

    /// <summary>Topics.</summary>
    public PeerTopics Topics { get; }

    /// <summary>Files.</summary>
    public PeerFiles Files { get; }

    /// <summary>Peers to stay connected to.</summary>
    public KeptPeers Kept { get; }

    /// <summary>What the peer is connected to. Waits a moment for round-trip times that have never been measured.</summary>
    public async ValueTask<ConnectionsBody> DescribeConnectionsAsync(CancellationToken cancellationToken)
    {
        await ConnectionsReport.MeasureAsync(_node.Host, _time, cancellationToken);
        return ConnectionsReport.For(_node.Host);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;

        // First what others see of it, then the identity, so that a page that reloads can have it at once; then what takes time.
        var neighbours = _neighbourhood.NeighboursOf(_node.Host);
        var topics = _directory.Remove(_local);
        await Files.CloseAsync();
        _reservation.Dispose();
        _discovered.Dispose();
        Kept.Dispose();
        Messages.Dispose();
        try
        {
            // The peer goes as a whole. Topics left one by one would have others keep the page out of their meshes when it comes again.
            await _node.DisposeAsync();
            await Topics.DisposeAsync();
        }
        catch (Exception e)
        {
            GatewayLog.PeerNotClosedCleanly(_logger, e);
        }

        _identity.Dispose();
        await LeaveFilesAsync();
        await _neighbourhood.HealAsync(topics, neighbours);
    }

    private async Task LeaveFilesAsync()
    {
        try
        {
            await Files.Tree.LeaveAsync();
        }
        catch (Exception e)
        {
            GatewayLog.RootNotKept(_logger, Files.Tree.Root, Id, e.Message);
        }
    }

    private void Locate(PeerId peer) => _neighbourhood.Locate(_local, peer);

    private void OnLocal(string topic, PeerId peer, bool joined) => Topics.OnLocal(topic, peer, joined);
}
