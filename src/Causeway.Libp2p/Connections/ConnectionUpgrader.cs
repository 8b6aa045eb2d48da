using Causeway.Cryptography.Secrets;
using Causeway.Libp2p.Muxing;
using Causeway.Libp2p.Negotiation;
using Causeway.Libp2p.Resources;
using Causeway.Libp2p.Security;
using Causeway.Libp2p.Security.PrivateNetworks;
using Causeway.Libp2p.Transports;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Connections;

/// <summary>
/// Turns raw connections into secured, multiplexed ones (libp2p specs, <c>connections/README.md</c>, "Upgrading Connections"). Thread-safe.
/// </summary>
/// <param name="security">The security protocols, in order of preference; at least one.</param>
/// <param name="muxers">The muxers, in order of preference; at least one.</param>
/// <param name="options">Limits; null for the defaults.</param>
/// <param name="timeProvider">The clock for the handshake timeout; null for the system's.</param>
/// <param name="network">The private network that every connection is kept in, relayed ones too, as go-libp2p does; null for none.</param>
public sealed class ConnectionUpgrader(
    IReadOnlyList<ISecurityProtocol> security, IReadOnlyList<IMuxerProtocol> muxers, UpgradeOptions? options = null, TimeProvider? timeProvider = null,
    PreSharedKey? network = null)
{
    private readonly string[] _securityIds = [.. security.Select(s => s.Id)];
    private readonly string[] _muxerIds = [.. muxers.Select(m => m.Id)];
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
    public async ValueTask<UpgradedConnection> UpgradeAsync(
        TransportConnection connection, ConnectionRole role, PeerId? expectedPeer, IMemoryScope memory, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.HandshakeTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            // Aborting also ends what does not look at the token, such as a write that the other end does not take.
            await using (either.Token.UnsafeRegister(static c => ((TransportConnection)c!).Abort(), connection))
            {
                if (network is not null) connection = await PrivateConnection.ProtectAsync(connection, network, RandomSource.System, either.Token);
                var (channel, securityId) = await SecureAsync(connection, role, expectedPeer, either.Token);
                var muxerId = channel.EarlyMuxer ?? await NegotiateMuxerAsync(channel, role, either.Token);
                either.Token.ThrowIfCancellationRequested();
                var muxer = muxers[Array.IndexOf(_muxerIds, muxerId)].Start(channel.Pipe, role, memory);
                return new UpgradedConnection(connection, channel, muxer, role, securityId, muxerId);
            }
        }
        catch (Exception e)
        {
            // A refusal that we sent must arrive; everything else ends at once.
            if (role == ConnectionRole.Initiator || e is not Libp2pException { Error: Libp2pError.ProtocolNotSupported }) connection.Abort();
            await connection.DisposeAsync();
            cancellationToken.ThrowIfCancellationRequested();
            if (timeout.IsCancellationRequested) throw TimedOut(e);
            if (e is Libp2pException) throw;
            throw new Libp2pException(Libp2pError.ConnectionClosed, $"The connection failed during the handshake: {e.Message}", e);
        }
    }

    private async ValueTask<(SecureChannel Channel, string Id)> SecureAsync(
        TransportConnection connection, ConnectionRole role, PeerId? expectedPeer, CancellationToken cancellationToken)
    {
        if (role == ConnectionRole.Initiator && security.Count == 1)
        {
            // One choice: propose it and go ahead with its first message in the same write.
            var proposed = new OptimisticPipe(connection, _securityIds[0]);
            return (await security[0].SecureAsync(proposed, role, expectedPeer, _muxerIds, cancellationToken), _securityIds[0]);
        }

        var id = await NegotiateAsync(new PipeNegotiationChannel(connection), role, _securityIds, cancellationToken);
        var chosen = security[Array.IndexOf(_securityIds, id)];
        return (await chosen.SecureAsync(connection, role, expectedPeer, _muxerIds, cancellationToken), id);
    }

    private async ValueTask<string> NegotiateMuxerAsync(SecureChannel channel, ConnectionRole role, CancellationToken cancellationToken)
    {
        try
        {
            using var negotiation = new PipeNegotiationChannel(channel.Pipe);
            var id = await NegotiateAsync(negotiation, role, _muxerIds, cancellationToken);
            await negotiation.FlushAsync(cancellationToken);
            return id;
        }
        catch (Exception e)
        {
            // Zeroes the channel's keys.
            await channel.Pipe.Input.CompleteAsync(e);
            await channel.Pipe.Output.CompleteAsync(e);
            throw;
        }
    }

    private static ValueTask<string> NegotiateAsync(
        PipeNegotiationChannel channel, ConnectionRole role, string[] ids, CancellationToken cancellationToken) =>
        role == ConnectionRole.Initiator
            ? ProtocolNegotiator.DialAsync(channel, ids, cancellationToken)
            : ProtocolNegotiator.ListenAsync(channel, id => Array.IndexOf(ids, id) >= 0, () => ids, cancellationToken);

    private Libp2pException TimedOut(Exception cause) => new(
        Libp2pError.TimedOut, $"The other end did not complete the handshake within {_options.HandshakeTimeout.TotalSeconds:0.#} s.", cause);
}
