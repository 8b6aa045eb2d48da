using System.Diagnostics.CodeAnalysis;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Connections.Dialing;
using Causeway.Libp2p.Connections.Inbound;
using Causeway.Libp2p.Connections.Managing;
using Causeway.Libp2p.Peers;
using Causeway.Libp2p.Resources;
using Causeway.Libp2p.Security;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.Hosts;

/// <summary>A host's connections from admission to the end, and the dials that lead to them.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A CancellationTokenSource without a timer holds nothing, and late dials still look at it.")]
internal sealed class Swarm(
    PeerId self, Dialer dialer, ConnectionManager connections, PeerStore peers, StreamDispatcher streams,
    Func<PeerId, CancellationToken, ValueTask<IReadOnlyList<Multiaddress>>> find, HostOptions options, TimeProvider time, ILogger log)
{
    private readonly SharedDials<Connection> _dials = new();
    private readonly SharedDials<Connection> _directDials = new();
    private readonly SharedDials<IReadOnlyList<Multiaddress>> _searches = new();
    private static readonly ConnectOptions AnyConnection = new();

    private readonly CancellationTokenSource _stop = new();
    private int _isPruning;

    /// <summary>Raised when a connection is in the table, before any of its streams is served.</summary>
    public event Action<Connection>? Opened;

    /// <summary>Raised when a connection has left the table; the second value: it was the peer's last.</summary>
    public event Action<Connection, bool>? Closed;

    /// <summary>Connects to a peer at its known addresses, or at those that the options name.</summary>
    public async ValueTask<IConnection> ConnectAsync(PeerId peer, ConnectOptions options, CancellationToken cancellationToken)
    {
        if (peer.Equals(self)) throw new Libp2pException(Libp2pError.InvalidArgument, "A host cannot connect to itself.");
        if (BestTo(peer, options) is { } existing) return existing;

        // A dial in a role of its own, or to addresses of its own, is nothing that others could share.
        if (options is not { Addresses: null, Role: ConnectionRole.Initiator })
            return await ConnectAsync(peer, options, token => dialer.DialAsync(peer, options, token), cancellationToken);
        try
        {
            return await JoinDialAsync(peer, options, cancellationToken);
        }
        catch (Libp2pException error) when (options.UseRouting && error.Error is Libp2pError.NoAddress or Libp2pError.Unreachable or Libp2pError.TimedOut)
        {
            // What was remembered may be where the peer was: those who know are asked, and dialed is again if they know better.
            var known = peers.AddressesOf(peer);
            var found = await _searches.JoinAsync(peer, token => find(peer, token).AsTask(), cancellationToken);
            if (!found.Except(known).Any()) throw;
            return await JoinDialAsync(peer, options, cancellationToken);
        }
    }

    /// <summary>Connects by address.</summary>
    public async ValueTask<IConnection> ConnectAsync(Multiaddress address, CancellationToken cancellationToken)
    {
        if (address.PeerId is not { } peer) return await ConnectAsync(null, AnyConnection, token => dialer.DialAsync(expected: null, address, token), cancellationToken);
        if (peer.Equals(self)) throw new Libp2pException(Libp2pError.InvalidArgument, "A host cannot connect to itself.");
        if (BestTo(peer, AnyConnection) is { } existing) return existing;
        while (true)
        {
            var isOurs = false;
            try
            {
                return await _dials.JoinAsync(
                    peer,
                    token =>
                    {
                        isOurs = true;
                        return ConnectAsync(peer, AnyConnection, either => dialer.DialAsync(peer, address, either), token);
                    },
                    cancellationToken);
            }
            catch (Libp2pException) when (!isOurs)
            {
                // Somebody else's dial went to other addresses; now it is this one's turn.
            }
        }
    }

    /// <summary>Takes an upgraded connection into the table and serves it.</summary>
    /// <exception cref="Libp2pException">The host is closing.</exception>
    public Connection Admit(UpgradedConnection upgraded, ConnectionScope scope, InboundTicket ticket)
    {
        if (upgraded.Channel.RemotePeer.Equals(self)) throw new Libp2pException(Libp2pError.InvalidArgument, "A host cannot connect to itself.");
        var connection = new Connection(upgraded, scope, ticket, time.GetUtcNow());
        if (!connections.TryAdd(connection)) throw new Libp2pException(Libp2pError.ConnectionClosed, "The host is closed.");
        if (connection.Role == ConnectionRole.Responder) dialer.Reachable(connection.RemotePeer);
        peers.SetKey(connection.RemotePeer, connection.RemoteKey);
        SwarmMetrics.Opened(connection);
        log.ConnectionOpened(
            connection.Role == ConnectionRole.Initiator ? "Outbound" : "Inbound", connection.Id, connection.RemotePeer, connection.RemoteAddress, connection.Security, connection.Muxer);
        Opened?.Invoke(connection);
        _ = RunAsync(connection);
        if (connections.IsAboveHighWater) SchedulePruning();
        return connection;
    }

    /// <summary>Closes what is superfluous.</summary>
    public void Prune()
    {
        var selected = connections.SelectForPruning();
        if (selected.Count > 0) log.Pruning(selected.Count);
        foreach (var connection in selected.Concat(connections.SelectRedundant(self))) _ = CloseAsync(connection);
    }

    /// <summary>Ends dials and closes every connection: gracefully within <see cref="HostOptions.DrainTimeout"/>, then by force.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        var open = connections.Close();
        foreach (var connection in open.OfType<Connection>()) connection.Stop();
        try
        {
            await streams.WaitForIdleAsync().WaitAsync(options.DrainTimeout, time);
        }
        catch (TimeoutException)
        {
            log.HandlersLeft(streams.Running);
        }

        await Task.WhenAll(open.Select(CloseAsync));
    }

    private Task<Connection> JoinDialAsync(PeerId peer, ConnectOptions options, CancellationToken cancellationToken) =>
        (options.RequireDirect ? _directDials : _dials).JoinAsync(
            peer, token => ConnectAsync(peer, options, either => dialer.DialAsync(peer, AddressesOf(peer, options), options.RequireDirect, either), token), cancellationToken);

    private IReadOnlyList<Multiaddress> AddressesOf(PeerId peer, ConnectOptions options)
    {
        var known = peers.AddressesOf(peer);
        if (!options.RequireDirect) return known;
        var direct = known.Where(static address => !address.IsRelayed).ToList();
        return direct.Count > 0 || known.Count == 0 ? direct : throw new Libp2pException(Libp2pError.NoAddress, $"Only relayed addresses of {peer} are known.");
    }

    private async Task<Connection> ConnectAsync(
        PeerId? peer, ConnectOptions options, Func<CancellationToken, Task<DialedConnection>> dial, CancellationToken cancellationToken)
    {
        // It may have connected to us while this dial waited for its turn.
        if (peer is not null && BestTo(peer, options) is Connection existing) return existing;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, cancellationToken);
        try
        {
            return Admit(await dial(either.Token));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw new Libp2pException(Libp2pError.ConnectionClosed, "The host is closed.");
        }
    }

    private Connection Admit(DialedConnection dialed)
    {
        try
        {
            var connection = Admit(dialed.Upgraded, dialed.Scope, default);
            peers.AddAddresses(connection.RemotePeer, [connection.RemoteAddress], AddressLifetime.RecentlyConnected);
            return connection;
        }
        catch
        {
            dialed.Discard();
            throw;
        }
    }

    private IConnection? BestTo(PeerId peer, ConnectOptions options) => connections.To(peer).FirstOrDefault(options.Accepts);

    private async Task RunAsync(Connection connection)
    {
        Exception? reason = null;
        try
        {
            await streams.ServeAsync(connection);
        }
        catch (Exception error)
        {
            log.FinishFailed(connection.RemotePeer, error);
            connection.Abort(error);
        }

        try
        {
            reason = await connection.FinishAsync();
        }
        catch (Exception error)
        {
            log.FinishFailed(connection.RemotePeer, error);
            reason = error;
        }
        finally
        {
            if (connections.Remove(connection, out var isLast))
            {
                if (isLast) peers.Disconnected(connection.RemotePeer);
                SwarmMetrics.Closed(connection, time.GetUtcNow() - connection.OpenedAt);
                log.ConnectionClosed(connection.Id, connection.RemotePeer, reason?.Message ?? "closed");
                Closed?.Invoke(connection, isLast);
            }

            connection.SetClosed(reason);
        }
    }

    private async Task CloseAsync(IConnection connection)
    {
        using var limit = new CancellationTokenSource(options.DrainTimeout, time);
        try
        {
            await connection.CloseAsync(limit.Token);
        }
        catch (Exception error)
        {
            connection.Abort(error is OperationCanceledException
                ? new Libp2pException(Libp2pError.ConnectionClosed, "The connection was closed here.")
                : error);
            await connection.Closed;
        }
    }

    private void SchedulePruning()
    {
        if (Interlocked.Exchange(ref _isPruning, 1) != 0) return;
        _ = Task.Run(() =>
        {
            Volatile.Write(ref _isPruning, 0);
            Prune();
        });
    }
}
