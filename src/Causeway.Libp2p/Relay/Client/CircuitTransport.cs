using System.Collections.Immutable;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Connections.Dialing;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Relay.Wire;
using Causeway.Libp2p.Streams;
using Causeway.Libp2p.Transports;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Libp2p.Relay.Client;

/// <summary>
/// Connections through relays (libp2p specs, <c>relay/circuit-v2.md</c>): dials <c>/…/p2p/relay/p2p-circuit/p2p/target</c>, listens on
/// <c>/p2p-circuit</c> (any relays) and <c>/…/p2p/relay/p2p-circuit</c> (this one), and keeps the reservations that listening needs.
/// </summary>
public sealed class CircuitTransport : ITransport, IHostComponent
{
    /// <summary>The protocol ID of circuits that come in.</summary>
    public const string ProtocolId = "/libp2p/circuit/relay/0.2.0/stop";

    private static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(2);
    private static readonly string[] Hop = [CircuitRelay.ProtocolId];

    // Anybody may say that a peer is behind some relay. Were others asked where that is, their answers could name more relays to look for, without end.
    private static readonly ConnectOptions Direct = new() { RequireDirect = true, UseRouting = false };

    private readonly IHost _host;
    private readonly RelayClientOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ReservationKeeper _reservations;
    private readonly SharedDials<IConnection> _relays = new();
    private readonly List<Multiaddress> _named = [];
    private ImmutableList<CircuitListener> _listeners = [];
    private IDisposable? _served;

    /// <summary>Creates the transport for a host; see <see cref="RelayHostBuilderExtensions.UseRelayClient"/>.</summary>
    /// <param name="host">The host that uses relays.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="loggers">Where to log; null for nowhere.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public CircuitTransport(IHost host, RelayClientOptions? options = null, TimeProvider? time = null, ILoggerFactory? loggers = null)
    {
        _host = host;
        _options = options ?? new RelayClientOptions();
        _options.Validate();
        _time = time ?? TimeProvider.System;
        _log = (loggers ?? NullLoggerFactory.Instance).CreateLogger("Causeway.Libp2p.Relay");
        _reservations = new ReservationKeeper(host, _options, () => !_listeners.IsEmpty, _time, Random.Shared.NextDouble, _log);
    }

    /// <summary>Reservations held now.</summary>
    public int ReservationCount => _reservations.Count;

    /// <inheritdoc/>
    public bool CanDial(Multiaddress address) => RelayAddresses.TryRead(address, out var relay, out _, out _) && !relay.Equals(_host.Id);

    /// <inheritdoc/>
    public bool CanListen(Multiaddress address) =>
        address.Equals(RelayAddresses.Circuit) || (RelayAddresses.TryRead(address, out var relay, out _, out var target) && target is null && !relay.Equals(_host.Id));

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (_listeners.IsEmpty) return Task.CompletedTask;
        _served = _host.Handle(ProtocolId, ServeAsync, new ProtocolOptions { MaxInboundStreamsPerPeer = _options.MaxInboundCircuitsPerRelay });
        _reservations.Start(_named);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask<TransportConnection> DialAsync(Multiaddress address, CancellationToken cancellationToken)
    {
        if (!RelayAddresses.TryRead(address, out var relay, out var relayAddress, out var target))
            throw new Libp2pException(Libp2pError.NoAddress, $"{address} is not an address through a relay; expected /…/p2p/<relay>/p2p-circuit/p2p/<target>.");
        if (target is null) throw new Libp2pException(Libp2pError.NoAddress, $"{address} does not say whom to reach through the relay; add /p2p/<peer ID>.");
        var connection = await ConnectToRelayAsync(relay, relayAddress, cancellationToken);
        var stream = await connection.OpenStreamAsync(Hop, cancellationToken);
        try
        {
            await DelimitedMessages.WriteAsync(
                stream, new HopMessage { Type = HopMessage.Types.Type.Connect, Peer = RelayMessages.Peer(target) }, cancellationToken);
            var answer = await DelimitedMessages.ReadAsync(stream, HopMessage.Parser, cancellationToken);
            if (!answer.HasType || answer.Type != HopMessage.Types.Type.Status) throw Refused(address, "it answered with something else than a status");
            if (answer.Status != RelayStatus.Ok) throw Refused(address, Explain(answer.Status));
            var path = RelayAddresses.Through(connection.RemoteAddress, relay);
            return new CircuitConnection(stream, connection.LocalAddress, path.WithPeerId(target), RelayMessages.IsLimit(answer.Limit));
        }
        catch
        {
            stream.Abort();
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<ITransportListener> ListenAsync(Multiaddress address, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!CanListen(address)) throw new Libp2pException(Libp2pError.NoAddress, $"{address} cannot be listened on; expected [/…/p2p/<relay>]/p2p-circuit.");
        if (RelayAddresses.TryRead(address, out var relay, out var relayAddress, out _)) _named.Add(relayAddress.WithPeerId(relay));
        var listener = new CircuitListener(address, closed => ImmutableInterlocked.Update(ref _listeners, static (list, one) => list.Remove(one), closed));
        ImmutableInterlocked.Update(ref _listeners, static (list, one) => list.Add(one), listener);
        return new ValueTask<ITransportListener>(listener);
    }

    /// <summary>Gives up the reservations and closes what goes through relays, while the connections to them still stand.</summary>
    public async ValueTask DisposeAsync()
    {
        _served?.Dispose();
        await _reservations.DisposeAsync();
        using var limit = new CancellationTokenSource(ClosingTime, _time);
        await Task.WhenAll(_host.Connections.All.Where(static connection => connection.IsRelayed).Select(connection => CloseAsync(connection, limit.Token)));
    }

    private static async Task CloseAsync(IConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await connection.CloseAsync(cancellationToken);
        }
        catch (Exception error)
        {
            connection.Abort(error is OperationCanceledException ? new Libp2pException(Libp2pError.ConnectionClosed, "The connection was closed here.") : error);
        }
    }

    private async Task<IConnection> ConnectToRelayAsync(PeerId relay, Multiaddress relayAddress, CancellationToken cancellationToken)
    {
        if (_host.Connections.To(relay).FirstOrDefault(static connection => !connection.IsRelayed) is { } direct) return direct;
        if (relayAddress.IsEmpty) return await _host.ConnectAsync(relay, Direct, cancellationToken);
        var options = Direct with { Addresses = [relayAddress] };
        while (true)
        {
            var isOurs = false;
            try
            {
                return await _relays.JoinAsync(
                    relay,
                    async token =>
                    {
                        isOurs = true;
                        return await _host.ConnectAsync(relay, options, token);
                    },
                    cancellationToken);
            }
            catch (Libp2pException) when (!isOurs)
            {
                // Another circuit's dial went to another address; now it is this one's turn.
            }
        }
    }

    private async Task ServeAsync(Libp2pStream stream, CancellationToken cancellationToken)
    {
        var relay = stream.Connection;
        using var limit = new CancellationTokenSource(_options.RequestTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        StopMessage? request = null;
        try
        {
            request = await DelimitedMessages.ReadAsync(stream, StopMessage.Parser, either.Token);
        }
        catch (Libp2pException error) when (error.Error == Libp2pError.ProtocolViolation)
        {
            _log.InboundRefused(relay.RemotePeer, error.Message);
        }

        var status = Judge(relay, request, out var source);
        await DelimitedMessages.WriteAsync(stream, RelayMessages.StopStatus(status), either.Token);
        if (status != RelayStatus.Ok)
        {
            _log.InboundRefused(relay.RemotePeer, status.ToString());
            stream.CompleteWrites();
            return;
        }

        var path = RelayAddresses.Through(relay.RemoteAddress, relay.RemotePeer);
        var connection = new CircuitConnection(stream, path, path.WithPeerId(source!), RelayMessages.IsLimit(request!.Limit));
        if (!_listeners.Any(listener => listener.TryOffer(connection))) connection.Abort();

        // The stream is the handler's until it returns.
        await connection.Ended;
    }

    private RelayStatus Judge(IConnection relay, StopMessage? request, out PeerId? source)
    {
        source = null;
        if (request is not { HasType: true }) return RelayStatus.MalformedMessage;
        if (request.Type != StopMessage.Types.Type.Connect) return RelayStatus.UnexpectedMessage;
        if (!RelayMessages.TryReadPeer(request.Peer, out source)) return RelayStatus.MalformedMessage;

        // Only whom we have asked to relay may bring us connections.
        if (relay.IsRelayed || source.Equals(_host.Id) || !_reservations.Uses(relay.RemotePeer)) return RelayStatus.PermissionDenied;
        return _listeners.IsEmpty ? RelayStatus.ConnectionFailed : RelayStatus.Ok;
    }

    private static string Explain(RelayStatus status) => status switch
    {
        RelayStatus.NoReservation => "the peer has no reservation there",
        RelayStatus.ResourceLimitExceeded => "it carries as many circuits as it may",
        RelayStatus.PermissionDenied => "it does not permit it",
        RelayStatus.ConnectionFailed => "the peer did not accept",
        _ => $"it answered {status}",
    };

    private static Libp2pException Refused(Multiaddress address, string reason) =>
        new(Libp2pError.Unreachable, $"{address} cannot be reached through the relay: {reason}.");
}
