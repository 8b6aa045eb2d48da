using Causeway.Tunnel.Protocol.Sessions;
using Causeway.Tunnel.Protocol.Sessions.Frames;
using static Causeway.Tunnel.Tests.Protocol.Sessions.SessionPair;

namespace Causeway.Tunnel.Tests.Protocol.Sessions;

public sealed class SessionTests
{
    public static TheoryData<TunnelSuite> Suites => [TunnelSuite.ChaCha20Poly1305, TunnelSuite.Aes256Gcm];

    [Theory]
    [MemberData(nameof(Suites))]
    public void Every_kind_that_others_send_arrives_as_it_was(TunnelSuite suite)
    {
        using var pair = new SessionPair(suite);
        (FrameKind Kind, byte[] Body)[] frames =
        [
            (FrameKind.Frame, new byte[14]),
            (FrameKind.Frame, [.. Enumerable.Range(0, 1518).Select(i => (byte)i)]),
            (FrameKind.OffloadFrame, [.. Enumerable.Range(0, FrameLayout.MaxBodySize).Select(i => (byte)i)]),
            (FrameKind.RosterHeads, [0]),
            (FrameKind.RosterWant, [1, .. Enumerable.Range(0, 32).Select(i => (byte)i)]),
            (FrameKind.RosterEntries, [0, 2, 7, 7]),
            (FrameKind.Join, [2, 104, 105]),
            (FrameKind.JoinRefused, [1, 2, 110, 111]),
        ];
        foreach (var from in new[] { pair.Initiator, pair.Responder })
        {
            foreach (var (kind, body) in frames)
            {
                var payload = Seal(from, body, kind);
                Assert.Equal(OpenStatus.Opened, pair.Other(from).Open(payload, out var opened));
                Assert.Equal(kind, opened.Kind);
                Assert.Equal(body, opened.Body.ToArray());
                Assert.True(opened.RosterDigest.IsEmpty);
            }
        }

        Assert.Equal(frames.Length, pair.Initiator.Statistics.SealedFrames);
        Assert.Equal(frames.Sum(f => f.Body.Length), pair.Initiator.Statistics.SealedBytes);
        Assert.Equal(frames.Length, pair.Responder.Statistics.OpenedFrames);
        Assert.Equal(frames.Sum(f => f.Body.Length), pair.Responder.Statistics.OpenedBytes);
        Assert.Equal(0, pair.Responder.Statistics.DroppedFrames);
    }

    [Fact]
    public void A_sender_refuses_bodies_that_are_none_and_uses_no_counter_for_them()
    {
        using var pair = new SessionPair();
        Assert.Equal(SealStatus.BadBody, pair.Initiator.Seal(FrameKind.Frame, Payload(new byte[13])));
        Assert.Equal(SealStatus.BadBody, pair.Initiator.Seal(FrameKind.Frame, Payload(new byte[1519])));
        Assert.Equal(SealStatus.BadBody, pair.Initiator.Seal(FrameKind.Frame, new byte[32]));
        Assert.Equal(SealStatus.BadBody, pair.Initiator.Seal(FrameKind.RosterWant, Payload([0])));
        foreach (var kind in Enum.GetValues<FrameKind>().Where(k => k is FrameKind.None or FrameKind.Close or (>= FrameKind.Heartbeat and <= FrameKind.RekeyRequest)))
            Assert.Throws<ArgumentException>(() => pair.Initiator.Seal(kind, Payload([1])));
        Assert.Equal(0, Seal(pair.Initiator, new byte[14])[15]);
    }

    [Fact]
    public void Authentic_frames_with_a_kind_or_body_that_is_none_are_dropped()
    {
        // A peer without offload: its session seals nothing of the kind, but one that lies about its parameters could.
        using var pair = new SessionPair(parameters: Parameters with { Mtu = 9000 });
        using var strict = new SessionPair(parameters: Parameters with { Offload = false });
        Assert.Equal(OpenStatus.BadBody, Open(strict.Responder, Seal(pair.Initiator, new byte[100], FrameKind.OffloadFrame)));
        Assert.Equal(OpenStatus.BadBody, Open(strict.Responder, Seal(pair.Initiator, new byte[1519])));
        Assert.Equal(OpenStatus.Opened, Open(strict.Responder, Seal(pair.Initiator, new byte[1518])));
        Assert.Equal(2, strict.Responder.Dropped(OpenStatus.BadBody));
    }

    [Fact]
    public void The_initiator_s_first_frame_is_a_heartbeat()
    {
        using var pair = new SessionPair();
        Assert.True(pair.Initiator.HasControl);
        Assert.False(pair.Responder.HasControl);
        var heartbeat = Assert.Single(Control(pair.Initiator));
        Assert.Equal(OpenStatus.Opened, pair.Responder.Open(heartbeat, out var opened));
        Assert.Equal(FrameKind.Heartbeat, opened.Kind);
    }

    [Fact]
    public void Heartbeats_measure_the_round_trip_and_carry_the_roster_digest()
    {
        using var pair = new SessionPair();
        byte[] mine = [.. Enumerable.Repeat((byte)1, 32)], theirs = [.. Enumerable.Repeat((byte)2, 32)];
        pair.Initiator.SetRosterDigest(mine);
        pair.Responder.SetRosterDigest(theirs);
        Assert.Null(pair.Initiator.RoundTripTime);
        Assert.Throws<ArgumentException>(() => pair.Initiator.SetRosterDigest(new byte[31]));

        var heartbeat = Assert.Single(Control(pair.Initiator));
        pair.Time.Advance(TimeSpan.FromMilliseconds(7));
        Assert.Equal(OpenStatus.Opened, pair.Responder.Open(heartbeat, out var opened));
        Assert.Equal(mine, opened.RosterDigest.ToArray());
        var ack = Assert.Single(Control(pair.Responder));
        pair.Time.Advance(TimeSpan.FromMilliseconds(5));
        Assert.Equal(OpenStatus.Opened, pair.Initiator.Open(ack, out opened));
        Assert.Equal(FrameKind.HeartbeatAck, opened.Kind);
        Assert.Equal(theirs, opened.RosterDigest.ToArray());
        Assert.Equal(TimeSpan.FromMilliseconds(12), pair.Initiator.RoundTripTime);
        Assert.Empty(Control(pair.Initiator));
    }

    [Fact]
    public void Each_side_beats_every_interval()
    {
        using var pair = new SessionPair();
        pair.Settle();
        foreach (var session in new[] { pair.Initiator, pair.Responder })
        {
            Assert.Equal(pair.Time.GetTimestamp() + TimeSpan.FromSeconds(30).Ticks, session.NextDeadline);
            session.OnTime();
            Assert.False(session.HasControl);
        }

        pair.Tapped.Clear();
        pair.Pass(TimeSpan.FromSeconds(30));
        Assert.Equal(4, pair.Tapped.Count);
        Assert.Equal(2, pair.Tapped.Count(t => t.From == pair.Initiator));
    }

    [Fact]
    public void Three_silent_intervals_end_a_session()
    {
        using var pair = new SessionPair();
        pair.Settle();
        pair.Pass(TimeSpan.FromSeconds(89.5), (_, _) => true);
        Assert.Equal(SessionState.Open, pair.Initiator.State);
        pair.Pass(TimeSpan.FromSeconds(0.5), (_, _) => true);
        Assert.Equal(SessionState.Dead, pair.Initiator.State);
        Assert.Equal(SessionState.Dead, pair.Responder.State);
        Assert.Equal(SealStatus.Closed, pair.Initiator.Seal(FrameKind.Frame, Payload(new byte[14])));
        Assert.False(pair.Initiator.HasControl);
        Assert.Equal(long.MaxValue, pair.Initiator.NextDeadline);
    }

    [Fact]
    public void Only_authentic_frames_keep_a_session_alive()
    {
        using var pair = new SessionPair();
        pair.Settle();
        var frame = Seal(pair.Responder, new byte[14]);
        Assert.Equal(OpenStatus.Opened, Open(pair.Initiator, frame));
        for (var i = 0; i < 179; i++)
        {
            pair.Time.Advance(TimeSpan.FromSeconds(0.5));
            pair.Initiator.OnTime();
            Assert.Equal(OpenStatus.Replayed, Open(pair.Initiator, frame));
            byte[] forged = [.. frame];
            forged[15]++;
            Assert.Equal(OpenStatus.NotAuthentic, Open(pair.Initiator, forged));
        }

        Assert.Equal(SessionState.Open, pair.Initiator.State);
        pair.Time.Advance(TimeSpan.FromSeconds(0.5));
        pair.Initiator.OnTime();
        Assert.Equal(SessionState.Dead, pair.Initiator.State);
    }

    [Theory]
    [InlineData(CloseReason.ShuttingDown)]
    [InlineData(CloseReason.Removed)]
    [InlineData(CloseReason.Replaced)]
    [InlineData(CloseReason.ProtocolError)]
    public void Closing_is_said_once_and_ends_both(CloseReason reason)
    {
        using var pair = new SessionPair();
        pair.Settle();
        var late = Seal(pair.Responder, new byte[14]);
        pair.Initiator.Close(reason);
        pair.Initiator.Close(CloseReason.ShuttingDown);
        Assert.Equal(SessionState.Closed, pair.Initiator.State);
        Assert.Equal(SealStatus.Closed, pair.Initiator.Seal(FrameKind.Frame, Payload(new byte[14])));
        Assert.Equal(OpenStatus.Closed, Open(pair.Initiator, late));

        var close = Assert.Single(Control(pair.Initiator));
        Assert.Equal(OpenStatus.Opened, pair.Responder.Open([.. close], out var opened));
        Assert.Equal(FrameKind.Close, opened.Kind);
        Assert.Equal(SessionState.ClosedByPeer, pair.Responder.State);
        Assert.Equal(reason, pair.Responder.CloseReason);
        Assert.Equal(OpenStatus.Closed, Open(pair.Responder, close));
        Assert.Equal(SealStatus.Closed, pair.Responder.Seal(FrameKind.Frame, Payload(new byte[14])));
        Assert.Empty(Control(pair.Responder));
    }

    [Fact]
    public void Parameters_out_of_range_make_no_session() => Assert.Throws<ArgumentException>(() => new SessionPair(parameters: Parameters with { Mtu = 100 }));
}
