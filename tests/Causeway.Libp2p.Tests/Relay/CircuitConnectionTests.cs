using Causeway.Libp2p.Muxing.Yamux;
using Causeway.Libp2p.Relay.Client;
using Causeway.Libp2p.Security;
using Causeway.Libp2p.Tests.Muxing;
using Causeway.Libp2p.Tests.Transports;
using Causeway.Libp2p.Transports;
using Causeway.Libp2p.Transports.Memory;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Relay;

/// <summary>A connection that is a stream of another one behaves as every connection does.</summary>
public sealed class CircuitConnectionTests : TransportConformance, IAsyncDisposable
{
    private readonly StreamTransport _transport = new(new MemoryTransport(new MemoryNetwork()));

    protected override Multiaddress ListenAddress => Multiaddress.Parse("/memory/0");

    protected override Multiaddress NobodyListens => Multiaddress.Parse("/memory/nobody");

    protected override ITransport Create() => _transport;

    public ValueTask DisposeAsync() => _transport.DisposeAsync();

    [Fact]
    public async Task What_is_flushed_together_leaves_in_as_few_frames_as_it_can()
    {
        await using var peer = new RawPeer(ConnectionRole.Initiator);
        var stream = await peer.Muxer.OpenStreamAsync(Patience);
        await using var connection = new CircuitConnection(stream, ListenAddress, ListenAddress, isLimited: false);

        // As a large Noise message and the small one behind it: two pieces of memory.
        foreach (var size in new[] { 65_536, 72 })
        {
            connection.Output.GetSpan(size)[..size].Fill(1);
            connection.Output.Advance(size);
        }

        await connection.Output.FlushAsync(Patience);
        var most = (uint)new YamuxOptions().MaxFramePayload;
        Assert.Equal(new FrameHeader(FrameType.Data, FrameFlags.Syn, 1, most), await peer.ReceiveHeaderAsync());
        Assert.Equal(new FrameHeader(FrameType.Data, FrameFlags.None, 1, 65_608 - most), await peer.ReceiveHeaderAsync());
        Assert.Empty(await peer.SettleAsync());
    }
}
