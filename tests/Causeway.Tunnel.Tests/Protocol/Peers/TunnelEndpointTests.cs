using Causeway.Tunnel.Protocol.Sessions;
using Causeway.Tunnel.Protocol.Sessions.Frames;

namespace Causeway.Tunnel.Tests.Protocol.Peers;

public sealed class TunnelEndpointTests
{
    [Fact]
    public void Two_members_connect_and_exchange_frames()
    {
        var network = new SimulatedNetwork("alice", "bob");
        var (alice, bob) = (network["alice"], network["bob"]);
        alice.Endpoint.Connect(bob.Id);
        network.Run(1);

        Assert.True(alice.HasSession(bob) && bob.HasSession(alice));
        Assert.Equal(alice.Sessions[bob.Id].Id, bob.Sessions[alice.Id].Id);
        Assert.True(alice.SendFrame(bob, "hello") && bob.SendFrame(alice, "hello too"));
        network.Run(1);
        Assert.Equal([(alice.Id, "hello")], bob.Frames);
        Assert.Equal([(bob.Id, "hello too")], alice.Frames);
        Assert.Equal([1, 3, 4, 5], network.Sent.Where(p => p.IsHandshake).Select(p => p.Type));
        Assert.NotNull(alice.Endpoint.GetStatus().Single().RoundTripTime);
    }

    [Fact]
    public void Whoever_is_lower_wins_when_both_begin_at_once()
    {
        var network = new SimulatedNetwork("alice", "bob");
        var (alice, bob) = (network["alice"], network["bob"]);
        alice.Endpoint.Connect(bob.Id);
        bob.Endpoint.Connect(alice.Id);
        network.Run(1);

        Assert.True(alice.HasSession(bob) && bob.HasSession(alice));
        Assert.Equal(alice.Sessions[bob.Id].Id, bob.Sessions[alice.Id].Id);
        var lower = alice.Id < bob.Id ? alice : bob;
        Assert.Equal(SessionRole.Initiator, lower.Sessions.Values.Single().Role);
        Assert.Equal([1, 1, 3, 4, 5], network.Sent.Where(p => p.IsHandshake).Select(p => p.Type));
    }

    [Fact]
    public void Attempts_that_are_called_off_leave_room_for_others()
    {
        var network = new SimulatedNetwork("alice", "bob", "carol");
        var (alice, bob, carol) = (network["alice"], network["bob"], network["carol"]);
        network.Relay = p => p.To == carol.Id ? [] : [p];
        for (var i = 0; i < 64; i++)
        {
            alice.Endpoint.Connect(carol.Id);
            network.Run(0.1);
            alice.Endpoint.Disconnect(carol.Id);
        }

        Assert.Equal(64, alice.Endpoint.Counters.Attempts);
        alice.Endpoint.Connect(bob.Id);
        network.Run(1);
        Assert.True(alice.HasSession(bob));
    }

    [Fact]
    public void Eight_members_form_a_full_mesh()
    {
        var network = new SimulatedNetwork("a", "b", "c", "d", "e", "f", "g", "h");
        foreach (var member in network.Members)
        {
            foreach (var other in network.Members.Where(o => o != member)) member.Endpoint.Connect(other.Id);
        }

        network.Run(2);
        Assert.All(network.Members, m => Assert.All(network.Members.Where(o => o != m), o => Assert.True(m.HasSession(o) && m.Sessions[o.Id].Id == o.Sessions[m.Id].Id)));
    }

    [Fact]
    public void A_session_lives_on_for_hours_with_heartbeats_and_rekeys()
    {
        var network = new SimulatedNetwork("alice", "bob");
        var (alice, bob) = (network["alice"], network["bob"]);
        alice.Endpoint.Connect(bob.Id);
        network.Run(2 * 3600);

        Assert.Equal(["up bob"], alice.Events);
        Assert.Equal(["up alice"], bob.Events);
        Assert.InRange(alice.Endpoint.GetStatus().Single().Statistics.Epochs, 20, 30);
        Assert.Equal(4, network.Sent.Count(p => p.IsHandshake));
        Assert.True(alice.SendFrame(bob, "still here"));
        network.Run(1);
        Assert.Single(bob.Frames);
    }

    [Fact]
    public void A_peer_that_is_killed_and_comes_back_has_a_session_at_once()
    {
        var network = new SimulatedNetwork("alice", "bob");
        var (alice, bob) = (network["alice"], network["bob"]);
        alice.Endpoint.Connect(bob.Id);
        network.Run(1);
        bob.Restart();
        network.Run(1);
        bob.Endpoint.Connect(alice.Id);
        network.Run(1);

        Assert.True(alice.HasSession(bob) && bob.HasSession(alice));
        Assert.Equal(["up bob", "up bob again"], alice.Events);
        Assert.True(alice.SendFrame(bob, "x") && bob.SendFrame(alice, "y"));
        network.Run(1);
        Assert.Equal([(alice.Id, "x")], bob.Frames);
    }

    [Fact]
    public void A_frame_of_a_session_that_the_receiver_lost_makes_it_begin_a_handshake_once_in_5_seconds()
    {
        var network = new SimulatedNetwork("alice", "bob");
        var (alice, bob) = (network["alice"], network["bob"]);
        alice.Endpoint.Connect(bob.Id);
        network.Run(1);
        bob.Restart();
        network.Run(2);

        // Bob has nobody to connect to; what wakes him is Alice's frame. His HELLOs do not arrive at first.
        network.Relay = p => p.Type == 1 ? [] : [p];
        network.Sent.Clear();
        for (var i = 0; i < 40; i++)
        {
            alice.SendFrame(bob, "lost");
            network.Run(0.1);
        }

        Assert.All(network.Sent.Where(p => p.Type == 1).Skip(1), p => Assert.Equal(network.Sent.First(f => f.Type == 1).Payload, p.Payload));
        network.Relay = p => [p];
        network.Run(10);
        Assert.True(alice.HasSession(bob) && bob.HasSession(alice));
        Assert.True(alice.SendFrame(bob, "arrives"));
        network.Run(1);
        Assert.Equal("arrives", Assert.Single(bob.Frames).Text);
    }

    [Fact]
    public void A_frame_that_is_overtaken_by_the_next_handshake_begins_no_other_one()
    {
        var network = new SimulatedNetwork("alice", "bob");
        var (alice, bob) = (network["alice"], network["bob"]);
        alice.Endpoint.Connect(bob.Id);
        network.Run(1);
        Packet? overtaken = null;
        network.Relay = p =>
        {
            overtaken ??= p;
            return [];
        };
        alice.SendFrame(bob, "x");
        network.Run(0.1);
        network.Relay = p => [p];
        bob.Restart();
        bob.Endpoint.Connect(alice.Id);
        network.Run(0.5);
        Assert.True(bob.HasSession(alice));

        network.Sent.Clear();
        bob.Endpoint.OnPayload(alice.Id, overtaken!.Payload);
        network.Run(0.3);
        Assert.DoesNotContain(network.Sent, p => p.Type == 1);
    }

    [Fact]
    public void A_peer_that_falls_silent_is_dead_after_three_heartbeats_and_attempts_begin()
    {
        var network = new SimulatedNetwork("alice", "bob");
        var (alice, bob) = (network["alice"], network["bob"]);
        alice.Endpoint.Connect(bob.Id);
        network.Run(1);
        network.Relay = p => p.To == bob.Id ? [] : [p];
        network.Run(80);
        Assert.True(alice.HasSession(bob));
        network.Relay = _ => [];
        network.Run(100);
        Assert.False(alice.HasSession(bob));
        Assert.Equal("down bob Dead", alice.Events[1]);
        Assert.All(alice.Events.Skip(2), e => Assert.Equal("failed bob None", e));

        network.Relay = p => [p];
        network.Run(75);
        Assert.True(alice.HasSession(bob) && bob.HasSession(alice));
    }

    [Fact]
    public void Attempts_come_after_1_2_4_up_to_60_seconds_with_a_quarter_of_jitter()
    {
        var network = new SimulatedNetwork("alice", "bob");
        var (alice, bob) = (network["alice"], network["bob"]);
        network.Relay = _ => [];
        var times = new List<double>();
        var start = network.Now;
        byte[] last = [];
        network.Relay = p =>
        {
            if (p.Type == 1 && !p.Payload.AsSpan().SequenceEqual(last)) times.Add((network.Now - start).TotalSeconds);
            last = p.Payload;
            return [];
        };
        alice.Endpoint.Connect(bob.Id);
        network.Run(1200);
        var pauses = times.Zip(times.Skip(1), (a, b) => b - a - 10).ToArray();
        double[] expected = [1, 2, 4, 8, 16, 32, 60, 60, 60, 60];
        Assert.All(expected.Zip(pauses), p => Assert.InRange(p.Second, p.First * 0.75, (p.First * 1.25) + 0.001));
        Assert.True(pauses.Skip(6).Distinct().Count() > 3);
    }

    [Fact]
    public void An_attempt_ends_when_the_relay_says_that_the_peer_is_not_there_and_a_session_does_not()
    {
        var network = new SimulatedNetwork("alice", "bob");
        var (alice, bob) = (network["alice"], network["bob"]);
        network.SetOnline(bob, false);
        alice.Endpoint.Connect(bob.Id);
        network.Run(0.5);
        Assert.Equal(["failed bob None"], alice.Events);
        network.SetOnline(bob, true);
        network.Run(2);
        Assert.True(alice.HasSession(bob));
        network.SetOnline(bob, false);
        alice.SendFrame(bob, "lost");
        network.Run(10);
        Assert.True(alice.HasSession(bob));
        network.SetOnline(bob, true);
        alice.SendFrame(bob, "arrives");
        network.Run(1);
        Assert.Equal("arrives", Assert.Single(bob.Frames).Text);
        Assert.Equal(["failed bob None", "up bob"], alice.Events);
    }

    [Fact]
    public void The_way_being_open_again_begins_attempts_at_once()
    {
        var network = new SimulatedNetwork("alice", "bob");
        var (alice, bob) = (network["alice"], network["bob"]);
        network.SetOnline(bob, false);
        alice.Endpoint.Connect(bob.Id);
        network.Run(300);
        network.SetOnline(bob, true);
        alice.Endpoint.RetryNow();
        network.Run(0.5);
        Assert.True(alice.HasSession(bob));
    }

    [Fact]
    public void CLOSE_ends_the_session_at_both_ends()
    {
        var network = new SimulatedNetwork("alice", "bob");
        var (alice, bob) = (network["alice"], network["bob"]);
        alice.Endpoint.Connect(bob.Id);
        network.Run(1);
        bob.Endpoint.Dispose();
        network.Run(0.1);
        Assert.Equal("down alice Closed", bob.Events[^1]);
        Assert.Equal("down bob ClosedByPeer", alice.Events[^1]);
        Assert.False(alice.HasSession(bob));
        Assert.False(alice.SendFrame(bob, "x"));
        bob.Restart();
        network.Run(3);
        Assert.True(alice.HasSession(bob) && bob.HasSession(alice));
    }

    [Fact]
    public void A_removed_member_is_out_at_once_and_gets_ERROR_3()
    {
        var network = new SimulatedNetwork("alice", "bob", "carol");
        var (alice, bob) = (network["alice"], network["bob"]);
        bob.Endpoint.Connect(alice.Id);
        network.Run(1);
        alice.Roster.Remove(bob.Id);
        network.Sent.Clear();
        alice.Endpoint.RosterChanged();
        Assert.False(alice.HasSession(bob));
        Assert.Equal("down bob Removed", alice.Events[^1]);
        Assert.False(alice.SendFrame(bob, "x"));
        bob.SendFrame(alice, "too late");
        network.Run(5);
        Assert.Empty(alice.Frames);
        Assert.Contains("down alice ClosedByPeer", bob.Events);
        Assert.Contains("hint alice Refused", bob.Events);
        Assert.False(bob.HasSession(alice));
        Assert.DoesNotContain(network.Sent, p => p.From == alice.Id && p.Type == 3);
    }

    [Fact]
    public void A_member_removed_in_the_middle_of_a_handshake_gets_no_session()
    {
        foreach (var type in new[] { 1, 3, 4 })
        {
            var network = new SimulatedNetwork("alice", "bob");
            var (alice, bob) = (network["alice"], network["bob"]);
            network.Relay = p =>
            {
                if (p.Type == type)
                {
                    alice.Roster.Remove(bob.Id);
                    if (type != 4) alice.Endpoint.RosterChanged();
                }

                return [p];
            };
            bob.Endpoint.Connect(alice.Id);
            network.Run(30);
            Assert.Empty(alice.Sessions);
            Assert.Empty(bob.Sessions);
        }
    }

    [Fact]
    public void The_roster_digest_travels_with_heartbeats()
    {
        var network = new SimulatedNetwork("alice", "bob");
        var (alice, bob) = (network["alice"], network["bob"]);
        var digest = Enumerable.Range(1, 32).Select(i => (byte)i).ToArray();
        alice.Endpoint.SetRosterDigest(digest);
        alice.Endpoint.Connect(bob.Id);
        network.Run(1);
        Assert.Equal(digest, bob.LastDigest);
        Assert.Equal(new byte[32], alice.LastDigest);
        bob.Endpoint.SetRosterDigest(digest);
        Assert.True(alice.Endpoint.Ping(bob.Id));
        network.Run(1);
        Assert.Equal(digest, alice.LastDigest);
    }

    [Fact]
    public void Control_frames_arrive_as_such()
    {
        var network = new SimulatedNetwork("alice", "bob");
        var (alice, bob) = (network["alice"], network["bob"]);
        alice.Endpoint.Connect(bob.Id);
        network.Run(1);
        Assert.Equal(SealStatus.Sealed, alice.Endpoint.Send(bob.Id, FrameKind.RosterHeads, [0]));
        Assert.Equal(SealStatus.BadBody, alice.Endpoint.Send(bob.Id, FrameKind.RosterHeads, [1]));
        Assert.Equal(SealStatus.Closed, alice.Endpoint.Send(alice.Id, FrameKind.RosterHeads, [0]));
        network.Run(1);
        Assert.Equal([(alice.Id, FrameKind.RosterHeads)], bob.Controls);
    }
}
