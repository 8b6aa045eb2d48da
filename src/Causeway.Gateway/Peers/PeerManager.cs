using Causeway.Cryptography.Keys;
using Causeway.Gateway.Directory;
using Causeway.Gateway.Files;
using Causeway.Gateway.Files.Tree;
using Causeway.Gateway.Messaging;
using Causeway.Gateway.Protocol;
using Causeway.Hosting.Logging;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Peers;

/// <summary>Creates the peers of pages, one per identity.</summary>
internal sealed class PeerManager
{
    private readonly IPeerFactory _factory;
    private readonly ILoggerFactory _loggers;
    private readonly AliasBook _aliases = new();
    private readonly IdentityReservations _identities;

    public PeerManager(IPeerFactory factory, GatewayFiles files, GatewayOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        Files = files;
        _factory = factory;
        _loggers = loggers;
        _identities = new IdentityReservations(time);
        Options = options;
        Budget = new MemoryBudget(options.Messaging.MaxUnfinishedBytes);
        Time = time;
        Neighbourhood = new Neighbourhood(Directory, loggers.CreateLogger<Neighbourhood>(), Random.Shared);
    }

    /// <summary>Bounds and times.</summary>
    public GatewayOptions Options { get; }

    /// <summary>Room for unfinished large messages from other gateways, shared by all pages.</summary>
    public MemoryBudget Budget { get; }

    /// <summary>The files of all pages.</summary>
    public GatewayFiles Files { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>The peers of this process.</summary>
    public LocalDirectory Directory { get; } = new();

    /// <summary>How they are connected.</summary>
    public Neighbourhood Neighbourhood { get; }

    /// <summary>Creates a page's peer.</summary>
    /// <param name="keyText">The identity that the page has kept, or null for a fresh one.</param>
    /// <param name="rootDirectory">The root of the peer's files that the page has kept, or null for what the gateway has kept.</param>
    /// <param name="page">The page.</param>
    /// <param name="push">Takes the page's events.</param>
    /// <param name="cancellationToken">The page has gone.</param>
    /// <exception cref="GatewayException">The key cannot be read, its identity is live here already, or the root directory is not here.</exception>
    public async ValueTask<PagePeer> CreateAsync(
        string? keyText, string? rootDirectory, IMessageHandler page, Action<OutboundFrame> push, CancellationToken cancellationToken)
    {
        var identity = string.IsNullOrEmpty(keyText) ? PrivateKey.Generate() : PeerKeyText.Parse(keyText);
        IDisposable? reservation = null;
        PeerTree? tree = null;
        PeerNode? node = null;
        try
        {
            var id = PeerId.FromPublicKey(identity.PublicKey);
            reservation = await _identities.TryTakeAsync(id, Options.DuplicateGrace, cancellationToken)
                ?? throw GatewayException.Conflict("peer ID already in use (possible duplicate browser tab)");
            var alias = _aliases.For(id);
            var loggers = new PrefixLoggerFactory(_loggers, $"[{alias}] ");
            var logger = loggers.CreateLogger<PagePeer>();
            tree = await PeerTree.OpenAsync(Files, id, rootDirectory, cancellationToken);
            node = await _factory.CreateAsync(identity, loggers, cancellationToken);
            var peer = new PagePeer(identity, reservation, alias, node, tree, page, push, this, logger);
            GatewayLog.PeerCreated(logger, id);
            return peer;
        }
        catch
        {
            if (node is not null) await node.DisposeAsync();
            if (tree is not null) await tree.LeaveAsync();
            reservation?.Dispose();
            identity.Dispose();
            throw;
        }
    }
}
