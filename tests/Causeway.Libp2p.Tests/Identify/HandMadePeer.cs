using Causeway.Cryptography.Keys;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Identify;
using Causeway.Libp2p.Identify.Wire;
using Causeway.Libp2p.Muxing;
using Causeway.Libp2p.Muxing.Yamux;
using Causeway.Libp2p.Negotiation;
using Causeway.Libp2p.Security;
using Causeway.Libp2p.Security.Noise;
using Causeway.Libp2p.Streams;
using Causeway.Libp2p.Tests.Muxing;
using Causeway.Libp2p.Transports.Memory;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Identify;

/// <summary>A peer connected to a host, whose streams the test opens and answers by hand.</summary>
internal sealed class HandMadePeer : IAsyncDisposable
{
    private static readonly string[] Served = [IdentifyService.ProtocolId, IdentifyService.PushProtocolId];

    private readonly PrivateKey _key = PrivateKey.Generate();
    private readonly NoiseSecurity _noise;
    private UpgradedConnection _connection = null!;

    private HandMadePeer() => _noise = new NoiseSecurity(_key);

    public IMuxer Muxer => _connection.Muxer;

    public static async Task<HandMadePeer> ConnectAsync(IHost host, MemoryNetwork network)
    {
        var peer = new HandMadePeer();
        var raw = await new MemoryTransport(network).DialAsync(host.Addresses[0], Patience);
        var upgrader = new ConnectionUpgrader([peer._noise], [new YamuxProtocol()]);
        peer._connection = await upgrader.UpgradeAsync(raw, ConnectionRole.Initiator, host.Id, new CountingScope(), Patience);
        return peer;
    }

    /// <summary>The next stream of the host.</summary>
    public async Task<Libp2pStream> AcceptAsync()
    {
        var stream = await Muxer.AcceptStreamAsync(Patience);
        Assert.NotNull(stream);
        return await StreamNegotiator.AcceptAsync(stream, null!, Served.Contains, () => Served, Patience);
    }

    /// <summary>Answers the host's query.</summary>
    public static async Task AnswerAsync(Libp2pStream query)
    {
        Assert.Equal(IdentifyService.ProtocolId, query.Protocol);
        var message = new IdentifyMessage { AgentVersion = "by-hand/1" };
        message.Protocols.AddRange(Served);
        await query.WriteAsync(IdentifyCodec.Encode(message), completeWrites: true, Patience);
    }

    /// <summary>Asks the host who it is.</summary>
    public async Task<IdentifyMessage> AskAsync()
    {
        await using var stream = await StreamNegotiator.OpenAsync(await Muxer.OpenStreamAsync(Patience), null!, [IdentifyService.ProtocolId], Patience);
        return await IdentifyCodec.ReadAsync(stream, Patience);
    }

    public async ValueTask DisposeAsync()
    {
        Muxer.Abort(new InvalidOperationException("The test is over."));
        await _connection.Transport.DisposeAsync();
        _noise.Dispose();
        _key.Dispose();
    }
}
