using System.Buffers.Binary;
using Causeway.Tunnel.Protocol.Sessions.Frames;

namespace Causeway.Tunnel.Tests.Protocol.Peers;

/// <summary>
/// A relay that drops, repeats, delays, reorders, replays, splices, edits, redirects and answers for others. There is never a session that both ends do not agree on, nor
/// a frame that was not sent; and when the relay behaves again, all is well again.
/// </summary>
public sealed class MaliciousRelayTests
{
    private readonly SimulatedNetwork _network = new("alice", "bob", "carol");

    private SimulatedMember Alice => _network["alice"];

    private SimulatedMember Bob => _network["bob"];

    private SimulatedMember Carol => _network["carol"];

    public static TheoryData<int> Steps => [.. Enumerable.Range(0, 6)];

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_lost_packet_delays_the_session_by_a_second_and_no_more(int lost)
    {
        var count = 0;
        _network.Relay = p => count++ == lost ? [] : [p];
        Alice.Endpoint.Connect(Bob.Id);
        _network.Run(1.5);
        AssertConnected();
    }

    [Fact]
    public void Every_packet_three_times_makes_one_session_and_each_frame_once()
    {
        _network.Relay = p => [p, p, p with { Delay = TimeSpan.FromMilliseconds(300) }];
        Alice.Endpoint.Connect(Bob.Id);
        _network.Run(2);
        Assert.Equal(["up bob"], Alice.Events);
        Assert.Equal(["up alice"], Bob.Events);
        for (var i = 0; i < 50; i++) Alice.SendFrame(Bob, $"{i}");
        _network.Run(1);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}"), Bob.Frames.Select(f => f.Text));
    }

    [Fact]
    public void Replays_of_everything_that_was_ever_sent_do_nothing()
    {
        Connect();
        for (var i = 0; i < 20; i++) Alice.SendFrame(Bob, $"{i}");
        _network.Run(1);
        var (aliceSession, bobSession) = (Alice.Sessions[Bob.Id].Id, Bob.Sessions[Alice.Id].Id);
        var recorded = _network.Sent.ToArray();
        foreach (var delay in new[] { 0, 5, 60, 1000 })
        {
            _network.Run(delay);
            foreach (var packet in recorded) _network.Inject(packet);
            _network.Run(1);
        }

        Assert.Equal(20, Bob.Frames.Count);
        Assert.Equal((aliceSession, bobSession), (Alice.Sessions[Bob.Id].Id, Bob.Sessions[Alice.Id].Id));
    }

    [Fact]
    public void W7_W21_a_whole_recorded_handshake_replayed_to_a_restarted_member_makes_no_session()
    {
        Connect();
        var recorded = _network.Sent.Where(p => p.From == Alice.Id).ToArray();
        _network.SetOnline(Alice, false);
        Bob.Restart();
        _network.Run(1);
        foreach (var packet in recorded)
        {
            _network.Inject(packet);
            _network.Run(0.5);
        }

        Assert.Empty(Bob.Sessions);
        Assert.DoesNotContain(Bob.Events.Skip(1), e => e.StartsWith("up", StringComparison.Ordinal));
        _network.SetOnline(Alice, true);
        _network.Run(100);
        AssertConnected();
    }

    [Fact]
    public void W3_packets_redirected_to_another_member_are_nothing_to_it()
    {
        _network.Relay = p => p.To == Bob.Id ? [p with { To = Carol.Id }] : [p];
        Alice.Endpoint.Connect(Bob.Id);
        _network.Run(30);
        Assert.All(_network.Members, m => Assert.Empty(m.Sessions));
        Recover();
    }

    [Fact]
    public void W1_W21_packets_under_anothers_name_are_nothing_to_the_receiver()
    {
        _network.Relay = p => p.From == Alice.Id ? [p with { From = Carol.Id }] : [p];
        Alice.Endpoint.Connect(Bob.Id);
        _network.Run(30);
        Assert.All(_network.Members, m => Assert.Empty(m.Sessions));
        Recover();

        // And the frames of a good session.
        _network.Relay = p => p.From == Alice.Id ? [p with { From = Carol.Id }] : [p];
        Alice.SendFrame(Bob, "from whom?");
        _network.Run(1);
        Assert.DoesNotContain(Bob.Frames, f => f.Text == "from whom?");
    }

    [Fact]
    public void W1_W4_a_member_that_answers_for_another_gets_no_session()
    {
        // Carol stands for Bob: she gets what is meant for him, and what she says is said in his name.
        _network.Relay = p => p.To == Bob.Id ? [p with { To = Carol.Id }] : p.From == Carol.Id ? [p with { From = Bob.Id }] : [p];
        Carol.Endpoint.Connect(Alice.Id);
        Alice.Endpoint.Connect(Bob.Id);
        _network.Run(60);
        Assert.Empty(Alice.Sessions);
        Assert.Empty(Carol.Sessions);
        Carol.Endpoint.Disconnect(Alice.Id);
        Recover();
    }

    [Fact]
    public void W6_no_frame_counts_before_ESTABLISHED_has_arrived()
    {
        _network.Relay = p => p.Type == 5 ? [] : [p];
        Alice.Endpoint.Connect(Bob.Id);
        _network.Run(0.5);

        // Bob has a session; Alice has not, and neither sends nor takes anything.
        Assert.True(Bob.Endpoint.HasSession(Alice.Id));
        Assert.True(Bob.SendFrame(Alice, "too early"));
        Assert.Null(Alice.Seal(Bob, "too early as well"));
        _network.Run(0.4);
        Assert.Empty(Alice.Frames);
        Assert.Equal(1, Alice.Endpoint.Counters.FramesUnknown);
        _network.Relay = p => [p];
        _network.Run(1);
        AssertConnected();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void W12_a_frame_with_another_counter_epoch_or_session_is_dropped_and_moves_nothing(int what)
    {
        Connect();
        _network.Relay = p =>
        {
            if (p.Type != FrameLayout.Type || p.From != Alice.Id) return [p];
            byte[] edited = [.. p.Payload];
            if (what == 1) BinaryPrimitives.WriteUInt64BigEndian(edited.AsSpan(8), ulong.MaxValue);
            else if (what == 2) BinaryPrimitives.WriteUInt64BigEndian(edited.AsSpan(8), BinaryPrimitives.ReadUInt64BigEndian(edited.AsSpan(8)) + 60_000);
            else edited[2] ^= 1;
            return [p with { Payload = edited }, p];
        };
        for (var i = 0; i < 20; i++) Alice.SendFrame(Bob, $"{i}");
        _network.Run(1);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), Bob.Frames.Select(f => f.Text));
        Assert.InRange(Bob.Endpoint.Counters.FramesDropped, 20, 25);
    }

    [Fact]
    public void W12_a_frame_with_any_byte_edited_is_dropped()
    {
        Connect();
        _network.Relay = p => p.Type == FrameLayout.Type && p.From == Alice.Id
            ? [.. Enumerable.Range(0, p.Payload.Length).Select(i => p with { Payload = [.. p.Payload[..i], (byte)(p.Payload[i] ^ 0x40), .. p.Payload[(i + 1)..]] }), p]
            : [p];
        Alice.SendFrame(Bob, "once");
        _network.Run(1);
        Assert.Equal([(Alice.Id, "once")], Bob.Frames);
    }

    [Fact]
    public void W13_frames_in_any_order_arrive_all_and_once_from_several_senders()
    {
        Connect();
        Carol.Endpoint.Connect(Bob.Id);
        _network.Run(1);
        var random = new Random(13);
        _network.Relay = p => p.Type == FrameLayout.Type ? [p with { Delay = TimeSpan.FromMilliseconds(random.Next(1000)) }] : [p];
        for (var i = 0; i < 500; i++)
        {
            Alice.SendFrame(Bob, $"a{i}");
            Carol.SendFrame(Bob, $"c{i}");
        }

        _network.Run(3);
        Assert.Equal(1000, Bob.Frames.Distinct().Count());
        Assert.Equal(1000, Bob.Frames.Count);
        Assert.NotEqual(Bob.Frames.Select(f => f.Text).Where(t => t[0] == 'a'), Enumerable.Range(0, 500).Select(i => $"a{i}"));
        Assert.All(Bob.Frames, f => Assert.Equal(f.Text[0] == 'a' ? Alice.Id : Carol.Id, f.Source));
    }

    [Fact]
    public void W14_a_frame_sent_back_to_its_sender_is_dropped()
    {
        Connect();
        _network.Relay = p => [p, new Packet(p.To, p.From, p.Payload)];
        Alice.SendFrame(Bob, "to bob");
        Bob.SendFrame(Alice, "to alice");
        _network.Run(1);
        Assert.Equal([(Alice.Id, "to bob")], Bob.Frames);
        Assert.Equal([(Bob.Id, "to alice")], Alice.Frames);
        Assert.InRange(Alice.Endpoint.Counters.FramesDropped, 1, 10);
    }

    [Fact]
    public void W14_W15_no_key_and_nonce_serves_two_frames()
    {
        Connect();
        for (var i = 0; i < 50; i++)
        {
            Alice.SendFrame(Bob, "the same");
            Bob.SendFrame(Alice, "the same");
            _network.Run(30);
        }

        Bob.Restart();
        _network.Run(60);
        Alice.SendFrame(Bob, "the same");
        _network.Run(30);
        var frames = _network.Sent.Where(p => p.Type == FrameLayout.Type).ToArray();
        Assert.Equal(frames.Length, frames.Select(p => (p.From, Header: Convert.ToHexString(p.Payload.AsSpan(0, 16)))).Distinct().Count());
        Assert.Equal(frames.Length, frames.Select(p => Convert.ToHexString(p.Payload.AsSpan(16))).Distinct().Count());
        Assert.True(frames.Select(p => p.Payload[3]).Distinct().Count() > 3);
    }

    [Fact]
    public void W16_keys_change_with_a_fresh_exchange_under_load_without_a_lost_frame()
    {
        Connect();
        var sent = 0;
        for (var i = 0; i < 1500; i++)
        {
            Assert.True(Alice.SendFrame(Bob, $"{i}") && Bob.SendFrame(Alice, $"{i}"));
            sent++;
            _network.Run(0.5);
        }

        _network.Run(1);
        Assert.Equal(sent, Alice.Frames.Count);
        Assert.Equal(Enumerable.Range(0, sent).Select(i => $"{i}"), Bob.Frames.Select(f => f.Text));
        Assert.InRange(Alice.Endpoint.GetStatus().Single(s => s.Id == Bob.Id).Statistics.Epochs, 2, 4);
    }

    [Fact]
    public void W16_a_relay_that_spoils_every_rekey_neither_stops_the_traffic_nor_keeps_the_keys_the_same()
    {
        // REKEY and REKEY_ACK are the only frames that large here.
        Connect();
        _network.Relay = p => p.Type == FrameLayout.Type && p.Payload.Length > 4000 ? [p with { Payload = [.. p.Payload[..^1], (byte)(p.Payload[^1] ^ 1)] }] : [p];
        _network.Run(1000);
        Assert.True(Alice.SendFrame(Bob, "still"));
        _network.Run(1);
        Assert.Single(Bob.Frames);
        _network.Relay = p => [p];
        _network.Run(60);
        Assert.Equal(["up bob", "up bob again"], Alice.Events);

        // The new session's first rekey comes through as soon as the relay lets it.
        Assert.Equal(1, Alice.Endpoint.GetStatus().Single(s => s.Id == Bob.Id).Statistics.Epochs);
    }

    [Fact]
    public void W20_nothing_inside_an_envelope_is_readable_on_the_way()
    {
        Connect();
        Alice.SendFrame(Bob, "a secret of some length");
        _network.Run(1);
        Assert.All(_network.Sent, p => Assert.Equal(-1, p.Payload.AsSpan().IndexOf("secret"u8)));
        Assert.Equal("a secret of some length", Bob.Frames.Single().Text);
    }

    [Fact]
    public void W28_junk_is_dropped_on_the_spot_without_an_answer_or_a_wait()
    {
        Connect();
        var random = new Random(28);
        var template = Alice.Seal(Bob, "template")!;
        _network.Run(1);
        var (answers, before) = (_network.Sent.Count, _network.Now);
        for (var i = 0; i < Soak.Count(2_000, 100_000); i++)
        {
            // Of the right session, epoch and window, with a wrong tag; and pure noise of every type.
            byte[] junk = [.. template];
            BinaryPrimitives.WriteUInt64BigEndian(junk.AsSpan(8), (ulong)(i + 5));
            random.NextBytes(junk.AsSpan(16));
            Bob.Endpoint.OnPayload(Alice.Id, junk);
            random.NextBytes(junk);
            Bob.Endpoint.OnPayload(i % 2 == 0 ? Alice.Id : Carol.Id, junk);
            if (i % 100 != 0) continue;
            var frame = Alice.Seal(Bob, $"{i}")!;
            Bob.Endpoint.OnPayload(Alice.Id, frame);
            Assert.Equal($"{i}", Bob.Frames[^1].Text);
        }

        Assert.Equal(before, _network.Now);
        Assert.Equal(answers, _network.Sent.Count);
        Bob.Endpoint.RunWork();
        _network.Run(20);
        AssertConnected();
    }

    [Fact]
    public void W8_a_flood_of_handshake_messages_in_one_name_keeps_no_other_from_its_session()
    {
        var hello = Array.Empty<byte>();
        _network.Relay = p =>
        {
            hello = p.Payload;
            return [];
        };
        Carol.Endpoint.Connect(Bob.Id);
        _network.Run(0.1);
        Carol.Endpoint.Disconnect(Bob.Id);
        _network.Relay = p => [p];

        // Carol's HELLO, strangers' and noise, a thousand a second, while Alice connects.
        var random = new Random(8);
        Alice.Endpoint.Connect(Bob.Id);
        for (var i = 0; i < 2000; i++)
        {
            var noise = new byte[random.Next(1, 9000)];
            random.NextBytes(noise);
            noise[0] = (byte)random.Next(1, 7);
            _network.Inject(new Packet(Carol.Id, Bob.Id, i % 3 == 0 ? hello : noise));
            _network.Inject(new Packet(Causeway.Tunnel.Protocol.Identity.TunnelPeerId.Read([.. hello.AsSpan(100, 30), (byte)i, (byte)(i >> 8)]), Bob.Id, hello));
            _network.Run(0.001);
        }

        AssertConnected();
        Assert.False(Bob.HasSession(Carol));
        Assert.True(Bob.Endpoint.Counters.HellosRefused + Bob.Endpoint.Counters.HandshakeMessagesDropped >= 2000);
    }

    [Fact]
    public void Whoever_is_killed_at_any_step_comes_back_and_nothing_hangs()
    {
        foreach (var killed in new[] { "alice", "bob" })
        {
            foreach (var type in new[] { 1, 3, 4, 5, (int)FrameLayout.Type })
            {
                foreach (var arrives in new[] { true, false })
                {
                    var network = new SimulatedNetwork("alice", "bob");
                    var (alice, bob) = (network["alice"], network["bob"]);
                    var done = false;
                    network.Relay = p =>
                    {
                        if (done || p.Type != type) return [p];
                        done = true;
                        network.SetOnline(network[killed], false);
                        return arrives ? [p] : [];
                    };
                    alice.Endpoint.Connect(bob.Id);
                    network.Run(0.3);
                    Assert.True(done);
                    network[killed].Restart();
                    network.Run(1);
                    network.SetOnline(network[killed], true);
                    network[killed].Endpoint.Connect(killed == "alice" ? bob.Id : alice.Id);
                    network.Run(15);
                    Assert.True(alice.HasSession(bob) && bob.HasSession(alice), $"{killed} killed at {type}");
                    Assert.True(alice.SendFrame(bob, "x") && bob.SendFrame(alice, "y"));
                    network.Run(1);
                    Assert.Equal((1, 1), (alice.Frames.Count, bob.Frames.Count));
                    network.Run(30);
                    Assert.All(network.Members, m => Assert.All(m.Endpoint.GetStatus(), s => Assert.False(s.IsHandshaking)));
                }
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(16)]
    public void A_relay_that_dies_at_any_step_and_comes_back_costs_one_attempt(int type)
    {
        var dead = false;
        _network.Relay = p =>
        {
            dead |= p.Type == type;
            return dead ? [] : [p];
        };
        Alice.Endpoint.Connect(Bob.Id);
        _network.Run(120);
        Recover();
        _network.Run(30);
        Assert.All(_network.Members, m => Assert.All(m.Endpoint.GetStatus(), s => Assert.False(s.IsHandshaking)));
    }

    [Fact]
    public void A_new_session_takes_the_place_of_the_old_one_without_a_lost_or_doubled_frame()
    {
        Connect();
        var first = Alice.Sessions[Bob.Id].Id;

        // A frame of a session that nobody knows makes Alice begin a handshake; ESTABLISHED, and what follows it, is late.
        _network.Relay = p => p.Type == 5 ? [p with { Delay = TimeSpan.FromSeconds(3) }] : [p];
        byte[] unknown = [FrameLayout.Type, 0, 0, 0, 1, 2, 3, 4, .. new byte[60]];
        _network.Inject(new Packet(Bob.Id, Alice.Id, unknown));
        for (var i = 0; i < 1000; i++)
        {
            Assert.True(Alice.SendFrame(Bob, $"{i}") && Bob.SendFrame(Alice, $"{i}"));
            _network.Run(0.005);
        }

        _network.Run(1);
        var expected = Enumerable.Range(0, 1000).Select(i => $"{i}");
        Assert.Equal(expected, Bob.Frames.Select(f => f.Text));
        Assert.Equal(expected, Alice.Frames.Select(f => f.Text));
        Assert.Equal(["up bob", "up bob again"], Alice.Events);
        Assert.Equal(["up alice", "up alice again"], Bob.Events);
        Assert.NotEqual(first, Alice.Sessions[Bob.Id].Id);
        Assert.Equal(Bob.Sessions[Alice.Id].Id, Alice.Sessions[Bob.Id].Id);
    }

    [Fact]
    public void A_session_that_the_initiator_never_confirms_does_not_push_out_the_old_one()
    {
        Connect();
        _network.Relay = p => p.Type == 5 ? [] : [p];
        byte[] unknown = [FrameLayout.Type, 0, 0, 0, 1, 2, 3, 4, .. new byte[60]];
        _network.Inject(new Packet(Bob.Id, Alice.Id, unknown));
        for (var i = 0; i < 200; i++)
        {
            Assert.True(Alice.SendFrame(Bob, $"{i}") && Bob.SendFrame(Alice, $"{i}"));
            _network.Run(1);
        }

        Assert.Equal((200, 200), (Alice.Frames.Count, Bob.Frames.Count));
        Assert.Equal(["up alice"], Bob.Events);
    }

    [Fact]
    public void Any_number_of_sessions_that_are_never_confirmed_do_not_push_out_the_old_one()
    {
        // Alice is killed again and again, each time before she hears ESTABLISHED; then the first Alice speaks up.
        Connect();
        _network.Relay = p => p.Type == 5 ? [] : [p];
        var first = Alice.Endpoint;
        for (var i = 0; i < 8; i++)
        {
            Alice.Restart();
            Alice.Endpoint.Connect(Bob.Id);
            _network.Run(1.5);
        }

        Assert.Equal(9, Bob.Endpoint.Counters.Sessions);
        Assert.True(Bob.Endpoint.HasSession(Alice.Id));
        var payload = new byte[60 + FrameLayout.Overhead];
        Assert.Equal(Causeway.Tunnel.Protocol.Sessions.SealStatus.Sealed, first.Seal(Bob.Id, FrameKind.Frame, payload));
        Bob.Endpoint.OnPayload(Alice.Id, payload);
        Assert.Single(Bob.Frames);
        Assert.Equal(["up alice"], Bob.Events);
    }

    [Fact]
    public void The_first_HEARTBEAT_under_a_new_session_may_be_lost()
    {
        Connect();
        byte[] unknown = [FrameLayout.Type, 0, 0, 0, 1, 2, 3, 4, .. new byte[60]];
        var lost = 0;
        _network.Relay = p => p.Type == FrameLayout.Type && p.From == Alice.Id && lost++ < 3 ? [] : [p];
        _network.Inject(new Packet(Bob.Id, Alice.Id, unknown));
        _network.Run(12);
        Assert.Equal(["up alice", "up alice again"], Bob.Events);
    }

    [Fact]
    public void Chaos_never_makes_a_wrong_session_or_frame_and_always_ends_well()
    {
        for (var seed = 0; seed < Soak.Count(6, 300); seed++)
        {
            var network = new SimulatedNetwork("alice", "bob", "carol");
            var members = network.Members.ToArray();
            var random = new Random(seed);
            var recorded = new List<Packet>();
            network.Relay = p =>
            {
                recorded.Add(p);
                var results = new List<Packet>();
                if (random.Next(4) != 0) results.Add(p with { Delay = TimeSpan.FromMilliseconds(random.Next(4) == 0 ? random.Next(3000) : 0) });
                if (random.Next(5) == 0) results.Add(recorded[random.Next(recorded.Count)]);
                if (random.Next(5) == 0) results.Add(recorded[random.Next(recorded.Count)] with { To = p.To, From = p.From });
                if (random.Next(5) == 0) results.Add(p with { From = members[random.Next(3)].Id });
                if (random.Next(4) == 0)
                {
                    byte[] edited = [.. p.Payload];
                    edited[random.Next(random.Next(2) == 0 ? Math.Min(16, edited.Length) : edited.Length)] ^= (byte)(1 << random.Next(8));
                    results.Add(p with { Payload = edited });
                }

                return results;
            };
            foreach (var member in members)
            {
                foreach (var other in members.Where(o => o != member)) member.Endpoint.Connect(other.Id);
            }

            var sent = new HashSet<(string From, string To, string Text)>();
            for (var i = 0; i < 120; i++)
            {
                var (from, to) = (members[random.Next(3)], members[random.Next(3)]);
                if (from != to && from.SendFrame(to, $"{i}")) sent.Add((from.Name, to.Name, $"{i}"));
                if (random.Next(60) == 0) members[random.Next(3)].Endpoint.RetryNow();
                network.Run(0.5);
            }

            foreach (var member in members)
            {
                Assert.Equal(member.Frames.Count, member.Frames.Distinct().Count());
                Assert.All(member.Frames, f => Assert.Contains((network.NameOf(f.Source), member.Name, f.Text), sent));
            }

            network.Relay = p => [p];
            network.Run(200);
            foreach (var member in members)
            {
                foreach (var other in members.Where(o => o != member))
                {
                    Assert.True(member.HasSession(other), $"seed {seed}: {member.Name} and {other.Name}");
                    var before = other.Frames.Count;
                    Assert.True(member.SendFrame(other, "well"));
                    network.Run(0.1);
                    Assert.Equal(before + 1, other.Frames.Count);
                }
            }
        }
    }

    private void Connect()
    {
        Alice.Endpoint.Connect(Bob.Id);
        _network.Run(1);
        AssertConnected();
        Alice.Frames.Clear();
        Bob.Frames.Clear();
    }

    private void Recover()
    {
        _network.Relay = p => [p];
        _network.Run(100);
        AssertConnected();
    }

    private void AssertConnected()
    {
        Assert.True(Alice.HasSession(Bob) && Bob.HasSession(Alice));
        var (toBob, toAlice) = (Bob.Frames.Count, Alice.Frames.Count);
        Assert.True(Alice.SendFrame(Bob, "check") && Bob.SendFrame(Alice, "check"));
        _network.Run(0.1);
        Assert.Equal((toBob + 1, toAlice + 1), (Bob.Frames.Count, Alice.Frames.Count));
    }
}
