using System.Net;
using Causeway.Libp2p.AutoNat.Wire;
using Causeway.Libp2p.Streams;
using Causeway.Multiformats;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.AutoNat.Server;

/// <summary>Answers version 1's requests: dials the client at the IP address that it has come from, and at no other.</summary>
internal sealed class AutoNatV1Server(DialBackHosts hosts, RequestLimiter limiter, TimeProvider time, ILogger log)
{
    // As many as go-libp2p dials, the observed one among them.
    private const int MaxDialed = 16;

    public async Task ServeAsync(Libp2pStream stream, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(AutoNatProtocol.ServerTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var request = await DelimitedMessages.ReadAsync(stream, AutoNatMessage.Parser, AutoNatProtocol.MaxMessage, either.Token);
        if (request.Type != AutoNatType.Dial) throw new Libp2pException(Libp2pError.ProtocolViolation, "AutoNAT was sent something that is no request.");
        var response = await AnswerAsync(stream, request.Dial?.Peer, either.Token);
        AutoNatMetrics.Answered(response.Status);
        log.Answered(stream.Connection.RemotePeer, response.Status.ToString(), response.StatusText);
        await DelimitedMessages.WriteAsync(
            stream, new AutoNatMessage { Type = AutoNatType.DialResponse, DialResponse = response }, completeWrites: true, either.Token);
    }

    private async Task<AutoNatDialResponse> AnswerAsync(Libp2pStream stream, AutoNatPeer? client, CancellationToken cancellationToken)
    {
        var (peer, remote) = (stream.Connection.RemotePeer, stream.Connection.RemoteAddress);
        if (client is null) return Response(AutoNatStatus.BadRequest, "missing peer info");
        if (client.HasId && !client.Id.Span.SequenceEqual(peer.Bytes.Span)) return Response(AutoNatStatus.BadRequest, "peer ID mismatch");
        if (!remote.TryGetIPAddress(out var ip) || !hosts.MayDial(remote)) return Refuse("dial blocked", "your address is not one to be dialed");
        var addresses = AddressesOf(client, remote, ip);
        if (addresses.Count == 0) return Refuse("no valid address", "no address that can be dialed");
        if (!limiter.TryEnter(peer, ip)) return Refuse("rate limited", "too many requests");
        try
        {
            return await hosts.DialAsync(
                peer, addresses, Response(AutoNatStatus.DialError, "dial failed"),
                static (connection, _) => Task.FromResult(new AutoNatDialResponse
                {
                    Status = AutoNatStatus.Ok,
                    Addr = ByteString.CopyFrom(connection.RemoteAddress.Bytes.Span),
                }),
                cancellationToken);
        }
        finally
        {
            limiter.Leave(peer);
        }
    }

    // RFC 3489, section 12.1.1: whoever could name other IP addresses could send us against them. Their ports and transports are tried at the client's.
    private List<Multiaddress> AddressesOf(AutoNatPeer client, Multiaddress remote, IPAddress ip)
    {
        var addresses = new List<Multiaddress>();
        if (hosts.CanDial(remote)) addresses.Add(remote.WithoutPeerId());
        foreach (var bytes in client.Addrs.Take(AutoNatProtocol.MaxAddresses))
        {
            if (addresses.Count == MaxDialed) break;
            if (!Multiaddress.TryFromBytes(bytes.Span, out var named) || !named.TryGetIPAddress(out var own) || own.AddressFamily != ip.AddressFamily) continue;
            var address = named.WithoutPeerId().WithIPAddress(ip);
            if (hosts.CanDial(address) && !addresses.Contains(address)) addresses.Add(address);
        }

        return addresses;
    }

    private static AutoNatDialResponse Refuse(string reason, string text)
    {
        AutoNatMetrics.Refused(reason);
        return Response(AutoNatStatus.DialRefused, text);
    }

    private static AutoNatDialResponse Response(AutoNatStatus status, string text) => new() { Status = status, StatusText = text };
}
