using System.Net;
using Causeway.Libp2p.AutoNat.Wire;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Streams;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.AutoNat.Server;

/// <summary>
/// Answers version 2's requests: dials the first of the client's addresses that can be dialed. An address with another IP than the client's costs the
/// client more bytes than the dial costs us, so that nobody gains by sending us against a third.
/// </summary>
internal sealed class AutoNatV2Server(
    DialBackHosts hosts, RequestLimiter limiter, AutoNatOptions options, TimeProvider time, ILogger log, Func<int, int, int>? random = null)
{
    // A client that sends its data in crumbs makes us work more than it does.
    private const int LeastData = 100;

    private static readonly string[] DialBackProtocols = [AutoNatProtocol.DialBack];

    private readonly Func<int, int, int> _random = random ?? Random.Shared.Next;

    public async Task ServeAsync(Libp2pStream stream, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(AutoNatProtocol.ServerTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var peer = stream.Connection.RemotePeer;
        if (stream.Connection.IsRelayed || !stream.Connection.RemoteAddress.TryGetIPAddress(out var ip) || !limiter.TryEnter(peer, ip))
        {
            await AnswerAsync(stream, new DialResponse { Status = ResponseStatus.RequestRejected }, null, false, either.Token);
            return;
        }

        try
        {
            await ServeAsync(stream, ip, either.Token);
        }
        finally
        {
            limiter.Leave(peer);
        }
    }

    private async Task ServeAsync(Libp2pStream stream, IPAddress ip, CancellationToken cancellationToken)
    {
        var request = (await DelimitedMessages.ReadAsync(stream, DialMessage.Parser, AutoNatProtocol.MaxMessage, cancellationToken)).DialRequest
            ?? throw new Libp2pException(Libp2pError.ProtocolViolation, "AutoNAT was sent something that is no request.");
        if (!TrySelect(request, out var address, out var index))
        {
            await AnswerAsync(stream, new DialResponse { Status = ResponseStatus.RequestRefused }, null, false, cancellationToken);
            return;
        }

        var costs = !(address.TryGetIPAddress(out var target) && target.Equals(ip));
        if (costs && !limiter.TryEnterData())
        {
            await AnswerAsync(stream, new DialResponse { Status = ResponseStatus.RequestRejected }, address, costs, cancellationToken);
            return;
        }

        if (costs) await TakeDataAsync(stream, index, cancellationToken);
        var status = await hosts.DialAsync(
            stream.Connection.RemotePeer, [address], DialStatus.DialError, (connection, token) => TellAsync(connection, request.Nonce, token), cancellationToken);
        await AnswerAsync(
            stream, new DialResponse { Status = ResponseStatus.Completed, AddrIdx = (uint)index, DialStatus = status }, address, costs, cancellationToken);
    }

    private bool TrySelect(DialRequest request, out Multiaddress address, out int index)
    {
        for (index = 0; index < request.Addrs.Count && index < AutoNatProtocol.MaxAddresses; index++)
        {
            if (!Multiaddress.TryFromBytes(request.Addrs[index].Span, out var named)) continue;
            address = named.WithoutPeerId();
            if (hosts.CanDial(address)) return true;
        }

        address = Multiaddress.Empty;
        return false;
    }

    private async Task TakeDataAsync(Libp2pStream stream, int index, CancellationToken cancellationToken)
    {
        var wanted = _random(AutoNatProtocol.MinDialData, AutoNatProtocol.MaxDialData + 1);
        var ask = new DialMessage { DialDataRequest = new DialDataRequest { AddrIdx = (uint)index, NumBytes = (ulong)wanted } };
        await DelimitedMessages.WriteAsync(stream, ask, completeWrites: false, cancellationToken);
        for (var missing = wanted; missing > 0;)
        {
            var data = (await DelimitedMessages.ReadAsync(stream, DialMessage.Parser, AutoNatProtocol.MaxMessage, cancellationToken)).DialDataResponse
                ?? throw new Libp2pException(Libp2pError.ProtocolViolation, "AutoNAT asked for data and was sent something else.");
            missing -= data.Data.Length;
            if (missing > 0 && data.Data.Length < LeastData) throw new Libp2pException(Libp2pError.ProtocolViolation, "AutoNAT was sent its data in crumbs.");
        }

        var wait = options.Server.MaxDialDelay * (_random(0, 1001) / 1000.0);
        if (wait > TimeSpan.Zero) await Task.Delay(wait, time, cancellationToken);
    }

    private async Task<DialStatus> TellAsync(IConnection connection, ulong nonce, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(AutoNatProtocol.DialBackTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await using var stream = await connection.OpenStreamAsync(DialBackProtocols, either.Token);
            await DelimitedMessages.WriteAsync(stream, new DialBack { Nonce = nonce }, completeWrites: true, either.Token);

            // Only an answer shows that it has arrived before the connection is closed.
            await DelimitedMessages.ReadAsync(stream, DialBackResponse.Parser, AutoNatProtocol.MaxMessage, either.Token);
            return DialStatus.Dialed;
        }
        catch (Exception error) when (error is Libp2pException || limit.IsCancellationRequested)
        {
            return DialStatus.DialBackError;
        }
    }

    private async Task AnswerAsync(Libp2pStream stream, DialResponse response, Multiaddress? address, bool costs, CancellationToken cancellationToken)
    {
        AutoNatMetrics.Completed(response, address, costs);
        log.Answered(stream.Connection.RemotePeer, response.Status.ToString(), response.DialStatus.ToString());
        await DelimitedMessages.WriteAsync(stream, new DialMessage { DialResponse = response }, completeWrites: true, cancellationToken);
    }
}
