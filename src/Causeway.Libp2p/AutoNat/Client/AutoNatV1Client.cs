using Causeway.Libp2p.AutoNat.Wire;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Streams;
using Causeway.Multiformats;
using Google.Protobuf;

namespace Causeway.Libp2p.AutoNat.Client;

/// <summary>Asks servers of version 1.</summary>
internal sealed class AutoNatV1Client(PeerId self, AutoNatOptions options, TimeProvider time)
{
    private static readonly string[] Protocols = [AutoNatProtocol.V1];

    /// <summary>Asks a server to dial us at any of the addresses (and of its own accord at the one that it sees us at).</summary>
    /// <exception cref="Libp2pException">It did not answer as it should.</exception>
    public async Task<ProbeResult> ProbeAsync(IConnection server, IReadOnlyList<Multiaddress> addresses, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.RequestTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await using var stream = await server.OpenStreamAsync(Protocols, either.Token);
        var client = new AutoNatPeer { Id = ByteString.CopyFrom(self.Bytes.Span) };
        client.Addrs.AddRange(addresses.Select(static address => ByteString.CopyFrom(address.Bytes.Span)));
        await DelimitedMessages.WriteAsync(
            stream, new AutoNatMessage { Type = AutoNatType.Dial, Dial = new AutoNatDial { Peer = client } }, completeWrites: true, either.Token);
        var response = (await DelimitedMessages.ReadAsync(stream, AutoNatMessage.Parser, AutoNatProtocol.MaxMessage, either.Token)).DialResponse
            ?? throw new Libp2pException(Libp2pError.ProtocolViolation, "AutoNAT was answered with something that is no response.");
        AutoNatMetrics.Got(response.Status);
        return response switch
        {
            { HasStatus: true, Status: AutoNatStatus.Ok } => new ProbeResult(
                ProbeOutcome.Reachable, Multiaddress.TryFromBytes(response.Addr.Span, out var address) ? address.WithoutPeerId() : null),
            { Status: AutoNatStatus.DialError } => new ProbeResult(ProbeOutcome.Unreachable),
            { Status: AutoNatStatus.DialRefused } => new ProbeResult(ProbeOutcome.Refused),
            _ => new ProbeResult(ProbeOutcome.Failed),
        };
    }
}
