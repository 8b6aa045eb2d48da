using System.Diagnostics.CodeAnalysis;
using Causeway.Libp2p.Relay.Client;
using Causeway.Libp2p.Relay.Hop;
using Causeway.Libp2p.Relay.Wire;
using Causeway.Libp2p.Streams;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Relay;

/// <content>Circuits: a hop stream of one peer and a stop stream to another that carry on in each other.</content>
public sealed partial class CircuitRelay
{
    private static readonly string[] Stop = [CircuitTransport.ProtocolId];

    private async Task ConnectAsync(Libp2pStream stream, HopMessage request, CancellationToken cancellationToken)
    {
        var source = stream.Connection.RemotePeer;
        if (!TryAdmit(stream, request, out var target, out var status))
        {
            await RefuseAsync(stream, status, "", cancellationToken);
            return;
        }

        var opened = _time.GetTimestamp();
        RelayMetrics.CircuitOpened();
        try
        {
            await RelayAsync(stream, source, target, cancellationToken);
        }
        finally
        {
            _circuits.Close(source, target);
            RelayMetrics.CircuitClosed(_time.GetElapsedTime(opened));
        }
    }

    private bool TryAdmit(Libp2pStream stream, HopMessage request, [NotNullWhen(true)] out PeerId? target, out RelayStatus status)
    {
        var (source, address) = (stream.Connection.RemotePeer, stream.Connection.RemoteAddress);
        target = null;
        if (address.IsRelayed) status = RelayStatus.PermissionDenied;
        else if (!RelayMessages.TryReadPeer(request.Peer, out target)) status = RelayStatus.MalformedMessage;
        else if (target.Equals(source) || !(_options.AllowCircuit?.Invoke(source, address, target) ?? true)) status = RelayStatus.PermissionDenied;
        else if (!_reservations.Holds(target, _time.GetUtcNow())) status = RelayStatus.NoReservation;
        else if (!_circuits.TryOpen(source, target)) status = RelayStatus.ResourceLimitExceeded;
        else status = RelayStatus.Ok;
        return status == RelayStatus.Ok;
    }

    private async Task RelayAsync(Libp2pStream stream, PeerId source, PeerId target, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, cancellationToken);
        Libp2pStream onward;
        try
        {
            onward = await AskTargetAsync(source, target, either.Token);
        }
        catch (Exception error) when (!either.IsCancellationRequested)
        {
            await RefuseAsync(stream, RelayStatus.ConnectionFailed, error.Message, cancellationToken);
            return;
        }

        await using (onward)
        {
            try
            {
                var answer = RelayMessages.HopStatus(RelayStatus.Ok);
                answer.Limit = RelayMessages.Limit(_options.Limit);
                using var limit = new CancellationTokenSource(_options.RequestTimeout, _time);
                using var any = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, either.Token);
                await DelimitedMessages.WriteAsync(stream, answer, any.Token);
            }
            catch
            {
                onward.Abort();
                throw;
            }

            RelayMetrics.CircuitAnswered(RelayStatus.Ok);
            _log.CircuitOpened(source, target);
            var reason = await new Circuit(stream, onward, _options.Limit, _options.BufferSize).RunAsync(_time, either.Token);
            _log.CircuitClosed(source, target, reason?.Message ?? "closed");
        }
    }

    private async Task<Libp2pStream> AskTargetAsync(PeerId source, PeerId target, CancellationToken cancellationToken)
    {
        var connection = _host.Connections.To(target).FirstOrDefault(static connection => !connection.IsRelayed)
            ?? throw new Libp2pException(Libp2pError.Unreachable, "The target is not connected.");
        using var limit = new CancellationTokenSource(_options.ConnectTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var stream = await connection.OpenStreamAsync(Stop, either.Token);
        try
        {
            var request = new StopMessage { Type = StopMessage.Types.Type.Connect, Peer = RelayMessages.Peer(source), Limit = RelayMessages.Limit(_options.Limit) };
            await DelimitedMessages.WriteAsync(stream, request, either.Token);
            var answer = await DelimitedMessages.ReadAsync(stream, StopMessage.Parser, either.Token);
            if (answer is { HasType: true, Type: StopMessage.Types.Type.Status, HasStatus: true, Status: RelayStatus.Ok }) return stream;
            throw new Libp2pException(Libp2pError.Unreachable, $"The target answered {answer.Status}.");
        }
        catch
        {
            stream.Abort();
            await stream.DisposeAsync();
            throw;
        }
    }

    private async Task RefuseAsync(Libp2pStream stream, RelayStatus status, string reason, CancellationToken cancellationToken)
    {
        RelayMetrics.CircuitAnswered(status);
        _log.CircuitRefused(stream.Connection.RemotePeer, status.ToString(), reason);
        using var limit = new CancellationTokenSource(_options.RequestTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token, cancellationToken);
        await AnswerAsync(stream, status, either.Token);
    }
}
