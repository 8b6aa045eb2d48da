using System.Net;
using Causeway.Tunnel.Protocol.Handshakes;
using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Protocol.Sessions;

namespace Causeway.Tunnel.Tests.Protocol.Handshakes;

public sealed class HandshakeTests
{
    private const int RecordHeader = 4 + 32;

    [Fact]
    public void Two_members_agree_on_a_session_in_two_round_trips_and_25_KB()
    {
        var run = new HandshakeRun().Go();

        run.AssertSession();
        Assert.Equal([4839, 6351, 6831, 588], run.Sent.Select(s => s.Message.Length));
        Assert.Equal([1, 3, 4, 5], run.Sent.Select(s => (int)s.Message[0]));
        Assert.InRange(run.Sent.Sum(s => s.Message.Length + RecordHeader), 0, 25_000);
        Assert.Equal(SessionRole.Initiator, run.AliceResult!.Secrets.Role);
        Assert.Equal(SessionRole.Responder, run.BobResult!.Secrets.Role);
    }

    [Fact]
    public void Every_handshake_has_keys_and_an_ID_of_its_own()
    {
        var first = new HandshakeRun().Go();
        first.Time.Advance(TimeSpan.FromSeconds(1));
        var (id, secret) = (first.AliceResult!.Secrets.SessionId, first.AliceResult.Secrets.EpochSecret.Span.ToArray());
        first.Go();
        first.AssertSession();
        Assert.NotEqual(id, first.AliceResult.Secrets.SessionId);
        Assert.NotEqual(secret, first.AliceResult.Secrets.EpochSecret.Span.ToArray());
        byte[][] secrets = [first.AliceResult.Secrets.EpochSecret.Span.ToArray(), first.AliceResult.Secrets.Chain.Span.ToArray()];
        Assert.NotEqual(secrets[0], secrets[1]);
    }

    [Fact]
    public void Keys_travel_when_they_are_not_known()
    {
        var run = new HandshakeRun();
        run.Bob.Knows(run.Alice, withKey: false);
        run.Go(withKey: false);

        run.AssertSession();
        Assert.Equal([4839, RetryMessage.Size, 4839 + 2624, 8975, 6831, 588], run.Sent.Select(s => s.Message.Length));
        Assert.Equal(run.Alice.Context.Key.PublicKey, run.BobResult!.PeerKey);
        Assert.Equal(run.Bob.Context.Key.PublicKey, run.AliceResult!.PeerKey);
    }

    [Fact]
    public void Clocks_that_are_off_cost_one_round_trip()
    {
        var run = new HandshakeRun();
        run.Bob.NewGuard();

        // As old as the start of Bob: he may have seen it before he was restarted.
        run.Go();
        run.AssertSession();
        Assert.Equal([1, 2, 1, 3, 4, 5], run.Sent.Select(s => (int)s.Message[0]));
    }

    [Fact]
    public void Both_learn_what_the_other_says_of_itself_and_the_smaller_numbers_hold()
    {
        var run = new HandshakeRun(TunnelCapabilities.SegmentationOffload | TunnelCapabilities.DirectPaths, TunnelCapabilities.SegmentationOffload);
        run.Alice.Context.Parameters = new()
        {
            Mtu = 1400,
            HeartbeatSeconds = 20,
            RotationSeconds = 600,
            ObservedAddress = IPEndPoint.Parse("192.0.2.1:4001"),
            SupportsDirect = true,
            ListenerCertificateHash = [.. Enumerable.Repeat((byte)7, 32)],
            Candidates = [new(CandidateKind.Host, IPEndPoint.Parse("10.0.0.1:1")), new(CandidateKind.Stun, IPEndPoint.Parse("[2001:db8::1]:2"))],
        };
        run.Bob.Context.Parameters = new() { Mtu = 9000, HeartbeatSeconds = 30, RotationSeconds = 60, ObservedAddress = IPEndPoint.Parse("192.0.2.2:4002") };
        run.Go();

        run.AssertSession();
        Assert.Equal(new SessionParameters { Mtu = 1400, HeartbeatInterval = TimeSpan.FromSeconds(20), RotationInterval = TimeSpan.FromSeconds(60), Offload = true }, run.AliceResult!.Parameters);
        Assert.Equal(run.Alice.Context.Parameters.Candidates.AsEnumerable(), run.BobResult!.Peer.Candidates);
        Assert.Equal(run.Alice.Context.Parameters.ListenerCertificateHash.AsEnumerable(), run.BobResult.Peer.ListenerCertificateHash);
        Assert.Equal(IPEndPoint.Parse("192.0.2.1:4001"), run.BobResult.Peer.ObservedAddress);
        Assert.True(run.BobResult.Peer.SupportsDirect);
        Assert.Equal(IPEndPoint.Parse("192.0.2.2:4002"), run.AliceResult.Peer.ObservedAddress);
        Assert.False(run.AliceResult.Peer.SupportsDirect);
    }

    [Theory]
    [InlineData(TunnelSuite.ChaCha20Poly1305)]
    [InlineData(TunnelSuite.Aes256Gcm)]
    public void The_first_of_the_initiators_suites_that_the_responder_has_is_taken(TunnelSuite suite)
    {
        var time = new ManualTimeProvider();
        var alice = new TestMember("alice", time) { Context = new(TestMember.KeyOf("alice"), time, new SeededRandom("a")) { Suites = [suite, suite == TunnelSuite.Aes256Gcm ? TunnelSuite.ChaCha20Poly1305 : TunnelSuite.Aes256Gcm] } };
        var bob = new TestMember("bob", time);
        alice.Knows(bob);
        bob.Knows(alice);
        var both = new Causeway.Tunnel.Protocol.Handshakes.Guarding.HelloGuard(bob.Id, bob, null, [TunnelSuite.ChaCha20Poly1305, TunnelSuite.Aes256Gcm], time, new SeededRandom("g"));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(suite, both.Check(alice.Id, alice.Begin(bob), 0, default).Suite);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whichever_message_is_lost_its_repetition_completes_the_handshake(int lost)
    {
        var run = new HandshakeRun();
        var count = 0;
        run.Network = (_, message) => count++ == lost ? [] : message;
        run.Go();
        Assert.Null(run.AliceResult);
        run.Wait(1);
        run.AssertSession();

        // Byte for byte: what was sent twice is the same both times.
        foreach (var same in run.Sent.GroupBy(s => s.Message[0])) Assert.All(same, s => Assert.Equal(same.First().Message, s.Message));
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 4)]
    [InlineData(2, 4)]
    [InlineData(3, 4)]
    public void The_initiator_repeats_after_1_2_and_4_seconds_and_gives_up_after_10(int from, int sendings)
    {
        var run = new HandshakeRun();
        var count = 0;
        run.Network = (_, message) => count++ >= from ? [] : message;
        run.Go();
        run.Wait(9.9);
        Assert.Equal(sendings, run.Sent.Where(s => s.From == run.Alice).GroupBy(s => s.Message[0]).Last().Count());
        Assert.NotEqual(HandshakeState.Ended, run.Alice.Initiator!.State);
        run.Wait(0.1);
        Assert.Equal(HandshakeState.Ended, run.Alice.Initiator.State);
        Assert.Null(run.AliceResult);

        // And when the network is well again, so are they.
        run.Network = (_, message) => message;
        run.Wait(5);
        run.Go();
        run.AssertSession();
    }
}
