using System.Net;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Relay.Hop;
using Causeway.Libp2p.Relay.Wire;
using Causeway.Libp2p.Streams;
using Causeway.Multiformats;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Libp2p.Relay;

/// <summary>
/// The relay service (libp2p specs, <c>relay/circuit-v2.md</c>, "Hop Protocol"): peers that nobody can dial reserve a place, and others reach them
/// through here. See the other file of this class for circuits.
/// </summary>
public sealed partial class CircuitRelay : IHostComponent
{
    /// <summary>The protocol ID.</summary>
    public const string ProtocolId = "/libp2p/circuit/relay/0.2.0/hop";

    // go-libp2p's name and weight (p2p/protocol/circuitv2/relay/relay.go).
    private const string ReservationTag = "relay-reservation";
    private const int ReservationTagValue = 10;

    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    private readonly IHost _host;
    private readonly CircuitRelayOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ReservationTable _reservations;
    private readonly CircuitTable _circuits;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _tagging = new();
    private IDisposable? _served;
    private ITimer? _sweeper;

    /// <summary>Creates the service for a host; see <see cref="RelayHostBuilderExtensions.UseCircuitRelay"/>.</summary>
    /// <param name="host">The host that relays.</param>
    /// <param name="options">Limits; null for the defaults.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="loggers">Where to log; null for nowhere.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public CircuitRelay(IHost host, CircuitRelayOptions? options = null, TimeProvider? time = null, ILoggerFactory? loggers = null)
    {
        _host = host;
        _options = options ?? new CircuitRelayOptions();
        _options.Validate();
        _time = time ?? TimeProvider.System;
        _log = (loggers ?? NullLoggerFactory.Instance).CreateLogger("Causeway.Libp2p.Relay");
        _reservations = new ReservationTable(_options);
        _circuits = new CircuitTable(_options);
    }

    /// <summary>Reservations held now.</summary>
    public int ReservationCount => _reservations.Count;

    /// <summary>Circuits open now.</summary>
    public int CircuitCount => _circuits.Count;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        _host.Changed += OnHostChanged;
        _sweeper = _time.CreateTimer(static relay => ((CircuitRelay)relay!).Sweep(), this, SweepInterval, SweepInterval);

        // Limited connections too, so that they are told why not.
        var streams = _options.MaxCircuitsPerPeer + 8;
        _served = _host.Handle(ProtocolId, ServeAsync, new ProtocolOptions { MaxInboundStreamsPerPeer = streams, AllowLimited = true });
        RelayMetrics.Running(true);
        return Task.CompletedTask;
    }

    /// <summary>Takes no more requests and ends every circuit.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_served is null || _stop.IsCancellationRequested) return;
        _served.Dispose();
        _host.Changed -= OnHostChanged;
        await _sweeper!.DisposeAsync();
        await _stop.CancelAsync();
        Ended(_reservations.Sweep(DateTimeOffset.MaxValue));
        RelayMetrics.Running(false);
    }

    private async Task ServeAsync(Libp2pStream stream, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.RequestTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken, _stop.Token);
        HopMessage request;
        try
        {
            request = await DelimitedMessages.ReadAsync(stream, HopMessage.Parser, either.Token);
        }
        catch (Libp2pException error) when (error.Error == Libp2pError.ProtocolViolation)
        {
            await AnswerAsync(stream, RelayStatus.MalformedMessage, either.Token);
            return;
        }

        switch (request)
        {
            case { HasType: true, Type: HopMessage.Types.Type.Reserve }:
                RelayMetrics.ReservationAnswered(await ReserveAsync(stream, either.Token));
                break;
            case { HasType: true, Type: HopMessage.Types.Type.Connect }:
                limit.CancelAfter(Timeout.InfiniteTimeSpan);
                await ConnectAsync(stream, request, cancellationToken);
                break;
            default:
                await AnswerAsync(stream, request.HasType ? RelayStatus.UnexpectedMessage : RelayStatus.MalformedMessage, either.Token);
                break;
        }
    }

    private async Task<RelayStatus> ReserveAsync(Libp2pStream stream, CancellationToken cancellationToken)
    {
        var connection = stream.Connection;
        var peer = connection.RemotePeer;
        var expires = DateTimeOffset.FromUnixTimeSeconds((_time.GetUtcNow() + _options.ReservationLifetime).ToUnixTimeSeconds());
        var status = TryReserve(peer, connection.RemoteAddress, expires);
        if (status != RelayStatus.Ok)
        {
            _log.ReservationRefused(peer, status.ToString());
            await AnswerAsync(stream, status, cancellationToken);
            return status;
        }

        var answer = RelayMessages.HopStatus(RelayStatus.Ok);
        answer.Limit = RelayMessages.Limit(_options.Limit);
        answer.Reservation = new ReservationMessage
        {
            Expire = (ulong)expires.ToUnixTimeSeconds(),
            Voucher = ByteString.CopyFrom(new ReservationVoucher(_host.Id, peer, expires).Seal(_host.Identity)),
        };
        foreach (var address in AddressesFor(connection.RemoteAddress, connection.LocalAddress))
        {
            answer.Reservation.Addrs.Add(ByteString.CopyFrom(address.WithPeerId(_host.Id).Bytes.Span));

            // A message may have 4 KiB; the voucher and the limits take far less than one.
            if (answer.CalculateSize() <= DelimitedMessages.MaxSize) continue;
            answer.Reservation.Addrs.RemoveAt(answer.Reservation.Addrs.Count - 1);
            break;
        }

        await DelimitedMessages.WriteAsync(stream, answer, cancellationToken);
        stream.CompleteWrites();
        _log.Reserved(peer, expires);
        return RelayStatus.Ok;
    }

    private RelayStatus TryReserve(PeerId peer, Multiaddress address, DateTimeOffset expires)
    {
        if (address.IsRelayed || !(_options.AllowReservation?.Invoke(peer, address) ?? true)) return RelayStatus.PermissionDenied;
        IPAddress? source = address.TryGetIPAddress(out var ip) ? ip : null;
        lock (_tagging)
        {
            if (_stop.IsCancellationRequested) return RelayStatus.PermissionDenied;
            var outcome = _reservations.Reserve(peer, source, _time.GetUtcNow(), expires);
            if (outcome > ReservationOutcome.Renewed) return RelayStatus.ReservationRefused;
            RelayMetrics.Reserved(outcome == ReservationOutcome.Renewed);
            _host.Connections.Tag(peer, ReservationTag, ReservationTagValue);

            // It may have gone before anybody knew that it had one to lose.
            if (IsConnected(peer)) return RelayStatus.Ok;
            _reservations.Remove(peer);
            Ended([peer]);
            return RelayStatus.ReservationRefused;
        }
    }

    // Where nothing that we know of ourselves would do, the client has at least come to this address.
    private List<Multiaddress> AddressesFor(Multiaddress client, Multiaddress local)
    {
        var useful = _host.Addresses.Where(address => RelayAddresses.IsUseful(address, client)).Take(RelayAddresses.MaxPerRelay).ToList();
        return useful.Count > 0 ? useful : [local];
    }

    private static async Task AnswerAsync(Libp2pStream stream, RelayStatus status, CancellationToken cancellationToken)
    {
        await DelimitedMessages.WriteAsync(stream, RelayMessages.HopStatus(status), cancellationToken);
        stream.CompleteWrites();
    }

    private void OnHostChanged(HostEvent change)
    {
        if (change is not HostEvent.ConnectionClosed { Connection: { IsRelayed: false } closed }) return;
        if (IsConnected(closed.RemotePeer)) return;
        lock (_tagging)
        {
            if (_reservations.Remove(closed.RemotePeer)) Ended([closed.RemotePeer]);
        }
    }

    private void Sweep()
    {
        lock (_tagging) Ended(_reservations.Sweep(_time.GetUtcNow()));
    }

    private bool IsConnected(PeerId peer) => _host.Connections.To(peer).Any(static connection => !connection.IsRelayed);

    private void Ended(IReadOnlyList<PeerId> peers)
    {
        foreach (var peer in peers) _host.Connections.Tag(peer, ReservationTag, 0);
        RelayMetrics.ReservationsClosed(peers.Count);
    }
}
