using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Negotiation;
using Causeway.Libp2p.Security;
using Causeway.Libp2p.Tests.Muxing;
using Causeway.Libp2p.Transports;
using Causeway.Libp2p.Transports.Memory;

namespace Causeway.Libp2p.Tests.Connections;

public sealed class ConnectionUpgraderTests
{
    [Fact]
    public async Task A_raw_connection_becomes_one_that_knows_its_peer_and_carries_streams()
    {
        var (dialer, listener, _, _) = await UpgradePair.UpgradeAsync(expected: UpgradePair.Listener.Peer);
        Assert.Equal(("/noise", "/yamux/1.0.0", ConnectionRole.Initiator), (dialer.SecurityProtocol, dialer.MuxerProtocol, dialer.Role));
        Assert.Equal(("/noise", "/yamux/1.0.0", ConnectionRole.Responder), (listener.SecurityProtocol, listener.MuxerProtocol, listener.Role));
        Assert.Equal(UpgradePair.Listener.Peer, dialer.Channel.RemotePeer);
        Assert.Equal(UpgradePair.Dialer.Peer, listener.Channel.RemotePeer);
        await ExchangeAsync(dialer, listener);
        await EndAsync(dialer, listener);
    }

    [Fact]
    public async Task Connecting_and_the_first_byte_of_an_answer_take_three_round_trips()
    {
        for (var i = 0; i < 20; i++)
        {
            var (dialer, listener, dialerWire, _) = await UpgradePair.UpgradeAsync();
            await ExchangeAsync(dialer, listener);

            // One round trip for TCP's own handshake comes on top of the trips counted here.
            Assert.Equal(3, 1 + (dialerWire.Received / 2.0));

            // The first write: multistream header (20 bytes), "/noise" (8) and the first Noise message with its length (34).
            Assert.Equal(20 + 8 + 34, dialerWire.Flushes[0]);
            await EndAsync(dialer, listener);
        }
    }

    [Fact]
    public async Task The_listener_answers_the_first_write_with_one()
    {
        var (dialer, listener, _, listenerWire) = await UpgradePair.UpgradeAsync();
        Assert.Single(listenerWire.Flushes);
        await EndAsync(dialer, listener);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task A_peer_without_early_muxer_negotiation_costs_one_round_trip_more(bool oldDialer, bool oldListener)
    {
        var (dialer, listener, dialerWire, _) = await UpgradePair.UpgradeAsync(
            oldDialer ? new ConnectionUpgrader([new WithoutEarlyMuxers(UpgradePair.DialerNoise)], [UpgradePair.Yamux]) : null,
            oldListener ? new ConnectionUpgrader([new WithoutEarlyMuxers(UpgradePair.ListenerNoise)], [UpgradePair.Yamux]) : null);
        Assert.Equal("/yamux/1.0.0", dialer.MuxerProtocol);
        await ExchangeAsync(dialer, listener);
        Assert.Equal(4, 1 + (dialerWire.Received / 2.0));
        await EndAsync(dialer, listener);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_dialers_first_muxer_that_both_have_is_used_early_or_late(bool early)
    {
        ISecurityProtocol security = early ? UpgradePair.DialerNoise : new WithoutEarlyMuxers(UpgradePair.DialerNoise);
        var (dialer, listener, _, _) = await UpgradePair.UpgradeAsync(
            new ConnectionUpgrader([security], [new RenamedMuxer(UpgradePair.Yamux, "/future/1.0.0"), UpgradePair.Yamux]),
            new ConnectionUpgrader([UpgradePair.ListenerNoise], [UpgradePair.Yamux, new RenamedMuxer(UpgradePair.Yamux, "/past/1.0.0")]));
        Assert.Equal("/yamux/1.0.0", dialer.MuxerProtocol);
        Assert.Equal("/yamux/1.0.0", listener.MuxerProtocol);
        await ExchangeAsync(dialer, listener);
        await EndAsync(dialer, listener);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_muxer_in_common_is_said_clearly(bool early)
    {
        ISecurityProtocol security = early ? UpgradePair.DialerNoise : new WithoutEarlyMuxers(UpgradePair.DialerNoise);
        var error = await Assert.ThrowsAsync<Libp2pException>(() => UpgradePair.UpgradeAsync(
            new ConnectionUpgrader([security], [new RenamedMuxer(UpgradePair.Yamux, "/future/1.0.0")])));
        Assert.Equal(Libp2pError.ProtocolNotSupported, error.Error);
        Assert.Contains("/future/1.0.0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_security_protocols_are_negotiated_and_an_only_one_may_be_refused()
    {
        var other = new RenamedSecurity(UpgradePair.DialerNoise, "/tls/1.0.0");
        var (dialer, listener, _, _) = await UpgradePair.UpgradeAsync(new ConnectionUpgrader([other, UpgradePair.DialerNoise], [UpgradePair.Yamux]));
        Assert.Equal("/noise", dialer.SecurityProtocol);
        await ExchangeAsync(dialer, listener);
        await EndAsync(dialer, listener);

        var error = await Assert.ThrowsAsync<Libp2pException>(() => UpgradePair.UpgradeAsync(new ConnectionUpgrader([other], [UpgradePair.Yamux])));
        Assert.Equal(Libp2pError.ProtocolNotSupported, error.Error);
        Assert.Contains("/tls/1.0.0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_peer_than_the_expected_is_refused()
    {
        var error = await Assert.ThrowsAsync<Libp2pException>(() => UpgradePair.UpgradeAsync(expected: UpgradePair.Dialer.Peer));
        Assert.Equal(Libp2pError.WrongPeer, error.Error);
    }

    [Theory]
    [InlineData(ConnectionRole.Initiator)]
    [InlineData(ConnectionRole.Responder)]
    public async Task Silence_and_dribble_end_with_the_timeout(ConnectionRole role)
    {
        foreach (var dribble in new byte[][] { [], [0x13], MultistreamMessage.HeaderFrame.ToArray(), [.. MultistreamMessage.HeaderFrame, .. "\x07/noise\n\0\x20"u8] })
        {
            var time = new ManualTimeProvider();
            var upgrader = new ConnectionUpgrader([UpgradePair.ListenerNoise], [UpgradePair.Yamux], timeProvider: time);
            var (ours, theirs) = MemoryConnection.CreatePair(Some.Address("/memory/1"), Some.Address("/memory/2"));
            var upgrading = upgrader.UpgradeAsync(ours, role, null, new CountingScope(), Some.Patience).AsTask();
            foreach (var value in dribble)
            {
                await theirs.Output.WriteAsync(new[] { value }, Some.Patience);
                time.Advance(TimeSpan.FromMilliseconds(100));
                Assert.False(upgrading.IsCompleted);
            }

            time.Advance(TimeSpan.FromSeconds(10));
            var error = await Assert.ThrowsAsync<Libp2pException>(() => upgrading.WaitAsync(Some.Patience));
            Assert.Equal(Libp2pError.TimedOut, error.Error);
            await AssertEndedAsync(theirs);
        }
    }

    [Theory]
    [InlineData(ConnectionRole.Initiator)]
    [InlineData(ConnectionRole.Responder)]
    public async Task Cancellation_ends_the_attempt_and_the_connection(ConnectionRole role)
    {
        using var source = new CancellationTokenSource();
        var (ours, theirs) = MemoryConnection.CreatePair(Some.Address("/memory/1"), Some.Address("/memory/2"));
        var upgrading = UpgradePair.ListenerUpgrader.UpgradeAsync(ours, role, null, new CountingScope(), source.Token).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => upgrading.WaitAsync(Some.Patience));
        await AssertEndedAsync(theirs);
    }

    [Theory]
    [InlineData(ConnectionRole.Initiator)]
    [InlineData(ConnectionRole.Responder)]
    public async Task Garbage_ends_the_connection_and_nothing_else(ConnectionRole role)
    {
        var random = new Random(17);
        byte[] begin = [.. MultistreamMessage.HeaderFrame, .. "\x07/noise\n"u8];
        for (var i = 0; i < Soak.Count(300, 250_000); i++)
        {
            var (ours, theirs) = MemoryConnection.CreatePair(Some.Address("/memory/1"), Some.Address("/memory/2"));
            var upgrading = UpgradePair.ListenerUpgrader.UpgradeAsync(ours, role, null, new CountingScope(), Some.Patience).AsTask();
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            if (i % 3 > 0) bytes = [.. begin, .. bytes];
            if (i % 3 > 1 && bytes.Length > begin.Length + 2) (bytes[begin.Length], bytes[begin.Length + 1]) = (0, (byte)(bytes.Length - begin.Length - 2));
            await theirs.Output.WriteAsync(bytes, Some.Patience);
            await theirs.Output.CompleteAsync();
            await Assert.ThrowsAsync<Libp2pException>(() => upgrading.WaitAsync(Some.Patience));
            await AssertEndedAsync(theirs);
        }
    }

    // A stream each with a request and an answer; the answer of the first is read before anything else happens.
    private static async Task ExchangeAsync(UpgradedConnection dialer, UpgradedConnection listener)
    {
        var patience = Some.Patience;
        var accepting = listener.Muxer.AcceptStreamAsync(patience);
        var muxed = await dialer.Muxer.OpenStreamAsync(patience);
        var stream = await StreamNegotiator.OpenAsync(muxed, null!, ["/echo"], patience);
        await stream.WriteAsync("request"u8.ToArray(), patience);
        var inbound = await accepting;
        Assert.NotNull(inbound);
        var served = await StreamNegotiator.AcceptAsync(inbound, null!, p => p == "/echo", () => ["/echo"], patience);
        var request = new byte[7];
        await served.ReadExactlyAsync(request, patience);
        await served.WriteAsync(request, patience);
        var answer = new byte[7];
        await stream.ReadExactlyAsync(answer, patience);
        Assert.Equal("request"u8.ToArray(), answer);
    }

    private static async Task EndAsync(UpgradedConnection dialer, UpgradedConnection listener)
    {
        foreach (var end in new[] { dialer, listener })
        {
            end.Muxer.Abort(new InvalidOperationException("The test is over."));
            await end.Transport.DisposeAsync();
        }
    }

    private static async Task AssertEndedAsync(TransportConnection theirs)
    {
        try
        {
            while (true)
            {
                var result = await theirs.Input.ReadAsync(Some.Patience);
                theirs.Input.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted) return;
            }
        }
        catch (Libp2pException)
        {
            // Reset: ended as well.
        }
    }
}
