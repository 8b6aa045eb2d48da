using Causeway.Network.Ethernet;
using Causeway.Tunnel.Switching;

namespace Causeway.Tunnel.Tests.Switching;

public sealed class LearningSwitchTests
{
    private static readonly MacAddress Local = MacAddress.Parse("02:00:00:00:00:01");
    private static readonly MacAddress A = MacAddress.Parse("02:00:00:00:00:0a");
    private static readonly MacAddress B = MacAddress.Parse("02:00:00:00:00:0b");
    private static readonly MacAddress Behind = MacAddress.Parse("00:16:3e:00:00:01");
    private static readonly MacAddress Stranger = MacAddress.Parse("00:16:3e:00:00:02");

    private readonly ManualTimeProvider _time = new();
    private readonly LearningSwitch<string> _switch;
    private readonly SwitchPort<string> _a;
    private readonly SwitchPort<string> _b;

    public LearningSwitchTests()
    {
        _switch = new LearningSwitch<string>(Local, new SwitchOptions { MaxAddressesPerMember = 4, FloodedFramesPerSecond = 10, FloodedFramesBurst = 20 }, _time);
        _a = _switch.TryAdd(A, "a")!;
        _b = _switch.TryAdd(B, "b")!;
        _switch.Connect(_a);
        _switch.Connect(_b);
    }

    [Fact]
    public void A_frame_for_a_members_device_goes_to_that_member_from_the_start()
    {
        Assert.Equal("b", _switch.Route(Frame(B, Local)).Port!.Member);
        Assert.Equal(1, _switch.Counters.Passed);
    }

    [Fact]
    public void Broadcast_multicast_and_unknown_destinations_go_to_everybody_who_is_connected()
    {
        foreach (var destination in new[] { MacAddress.Broadcast, MacAddress.Parse("33:33:00:00:00:01"), MacAddress.Parse("01:00:5e:00:00:fb"), Stranger })
        {
            Assert.True(_switch.Route(Frame(destination, Local)).IsFlood);
            Assert.Equal(SwitchDropReason.None, _switch.Learn(_a, Frame(destination, A)));
        }

        Assert.Equal(["a", "b"], _switch.Connected.Select(p => p.Member));
        _switch.Disconnect(_a);
        Assert.Equal(["b"], _switch.Connected.Select(p => p.Member));
        _switch.Disconnect(_b);
        Assert.Equal(SwitchDropReason.NobodyThere, _switch.Route(Frame(MacAddress.Broadcast, Local)).Reason);
        Assert.Equal(4, _switch.Counters.Flooded);
    }

    [Fact]
    public void What_is_behind_a_member_is_learned_from_its_frames_and_forgotten_with_time()
    {
        Assert.True(_switch.Route(Frame(Behind, Local)).IsFlood);
        _switch.Learn(_a, Frame(Local, Behind));
        Assert.Equal("a", _switch.Route(Frame(Behind, Local)).Port!.Member);
        _time.Advance(TimeSpan.FromSeconds(299));
        Assert.Equal("a", _switch.Route(Frame(Behind, Local)).Port!.Member);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_switch.Route(Frame(Behind, Local)).IsFlood);
        Assert.Equal((0, 0), (_switch.LearnedAddresses, _a.LearnedAddresses));
    }

    [Fact]
    public void A_frame_keeps_its_source_young()
    {
        _switch.Learn(_a, Frame(Local, Behind));
        _time.Advance(TimeSpan.FromSeconds(200));
        _switch.Learn(_a, Frame(Local, Behind));
        _time.Advance(TimeSpan.FromSeconds(200));
        Assert.Equal("a", _switch.Route(Frame(Behind, Local)).Port!.Member);
    }

    [Fact]
    public void Nobody_takes_over_an_address_that_is_pinned()
    {
        Assert.Equal(SwitchDropReason.SourceIsLocal, _switch.Learn(_a, Frame(Local, Local)));
        Assert.Equal(SwitchDropReason.SourceIsPinned, _switch.Learn(_a, Frame(Local, B)));
        Assert.Equal(SwitchDropReason.SourceIsPinned, _switch.Route(Frame(A, B)).Reason);
        _switch.Disconnect(_b);
        Assert.Equal(SwitchDropReason.SourceIsPinned, _switch.Learn(_a, Frame(Local, B)));
        Assert.Equal(SwitchDropReason.NotConnected, _switch.Route(Frame(B, Local)).Reason);
        _switch.Remove(_b);
        Assert.Equal(SwitchDropReason.None, _switch.Learn(_a, Frame(Local, B)));
        Assert.Equal((2, 1), (_a.Counters.Dropped(SwitchDropReason.SourceIsPinned), _a.Counters.Dropped(SwitchDropReason.SourceIsLocal)));
    }

    [Fact]
    public void An_address_that_somebody_had_learned_becomes_the_members_own_when_it_joins()
    {
        var late = MacAddress.Parse("02:00:00:00:00:0c");
        _switch.Learn(_a, Frame(Local, late));
        var port = _switch.TryAdd(late, "c")!;
        Assert.Equal(0, _a.LearnedAddresses);
        Assert.Equal(SwitchDropReason.NotConnected, _switch.Route(Frame(late, Local)).Reason);
        _switch.Connect(port);
        Assert.Equal("c", _switch.Route(Frame(late, Local)).Port!.Member);
        Assert.Equal(SwitchDropReason.SourceIsPinned, _switch.Learn(_a, Frame(Local, late)));
    }

    [Fact]
    public void No_two_members_have_one_address_and_none_has_ours_or_a_groups()
    {
        foreach (var address in new[] { A, Local, MacAddress.Broadcast, default }) Assert.Null(_switch.TryAdd(address, "x"));
    }

    [Fact]
    public void A_machine_may_move_but_not_while_it_is_active_elsewhere()
    {
        _switch.Learn(_a, Frame(Local, Behind));
        Assert.Equal(SwitchDropReason.SourceIsContested, _switch.Learn(_b, Frame(Local, Behind)));
        Assert.Equal(SwitchDropReason.SourceIsContested, _switch.Route(Frame(B, Behind)).Reason);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(SwitchDropReason.None, _switch.Learn(_b, Frame(Local, Behind)));
        Assert.Equal("b", _switch.Route(Frame(Behind, Local)).Port!.Member);
        Assert.Equal((0, 1), (_a.LearnedAddresses, _b.LearnedAddresses));
    }

    [Fact]
    public void What_is_behind_this_machine_is_learned_too()
    {
        _switch.Route(Frame(A, Behind));
        Assert.Equal(SwitchDropReason.DestinationIsLocal, _switch.Route(Frame(Behind, Local)).Reason);
        Assert.Equal(SwitchDropReason.None, _switch.Learn(_a, Frame(Behind, A)));
        Assert.Equal(0, _a.Counters.Flooded);
        Assert.Equal(SwitchDropReason.SourceIsContested, _switch.Learn(_a, Frame(Local, Behind)));
    }

    [Fact]
    public void What_is_for_another_member_is_not_ours()
    {
        Assert.Equal(SwitchDropReason.DestinationIsElsewhere, _switch.Learn(_a, Frame(B, A)));
        _switch.Learn(_b, Frame(Local, Behind));
        Assert.Equal(SwitchDropReason.DestinationIsElsewhere, _switch.Learn(_a, Frame(Behind, A)));
        Assert.Equal(SwitchDropReason.DestinationIsLocal, _switch.Route(Frame(Local, Local)).Reason);
    }

    [Fact]
    public void Malformed_and_reserved_frames_go_nowhere()
    {
        Assert.Equal(SwitchDropReason.TooShort, _switch.Learn(_a, Frame(Local, A).AsSpan(0, 13)));
        Assert.Equal(SwitchDropReason.TooShort, _switch.Route(default).Reason);
        Assert.Equal(SwitchDropReason.TooLong, _switch.Learn(_a, Frame(Local, A, 65_550)));
        Assert.Equal(SwitchDropReason.None, _switch.Learn(_a, Frame(Local, A, 65_549)));
        Assert.Equal(SwitchDropReason.InvalidSource, _switch.Learn(_a, Frame(Local, MacAddress.Broadcast)));
        Assert.Equal(SwitchDropReason.InvalidSource, _switch.Learn(_a, Frame(Local, MacAddress.Parse("01:00:5e:00:00:01"))));
        Assert.Equal(SwitchDropReason.InvalidSource, _switch.Route(Frame(A, default)).Reason);
        for (var i = 0; i < 16; i++)
        {
            var reserved = MacAddress.Parse($"01:80:c2:00:00:0{i:x}");
            Assert.Equal(SwitchDropReason.LinkLocalReserved, _switch.Learn(_a, Frame(reserved, A)));
            Assert.Equal(SwitchDropReason.LinkLocalReserved, _switch.Route(Frame(reserved, Local)).Reason);
        }

        Assert.True(_switch.Route(Frame(MacAddress.Parse("01:80:c2:00:00:10"), Local)).IsFlood);
    }

    [Fact]
    public void A_member_that_is_not_connected_has_no_say()
    {
        _switch.Learn(_a, Frame(Local, Behind));
        _switch.Disconnect(_a);
        Assert.Equal(SwitchDropReason.NotConnected, _switch.Learn(_a, Frame(Local, A)));
        Assert.Equal((0, 0), (_switch.LearnedAddresses, _a.LearnedAddresses));
        _switch.Remove(_a);
        _switch.Connect(_a);
        Assert.False(_a.IsConnected);
        Assert.NotNull(_switch.TryAdd(A, "again"));
    }

    [Fact]
    public void Storms_end_at_the_limit_in_both_directions_and_for_each_member_by_itself()
    {
        var broadcast = Frame(MacAddress.Broadcast, A);
        for (var i = 0; i < 20; i++) Assert.Equal(SwitchDropReason.None, _switch.Learn(_a, broadcast));
        Assert.Equal(SwitchDropReason.Storm, _switch.Learn(_a, broadcast));
        Assert.Equal(SwitchDropReason.Storm, _switch.Learn(_a, Frame(Stranger, A)));
        Assert.Equal(SwitchDropReason.None, _switch.Learn(_a, Frame(Local, A)));
        Assert.Equal(SwitchDropReason.None, _switch.Learn(_b, Frame(MacAddress.Broadcast, B)));
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(SwitchDropReason.None, _switch.Learn(_a, broadcast));
        Assert.Equal(SwitchDropReason.Storm, _switch.Learn(_a, broadcast));

        for (var i = 0; i < 20; i++) Assert.True(_switch.Route(Frame(MacAddress.Broadcast, Local)).IsFlood);
        Assert.Equal(SwitchDropReason.Storm, _switch.Route(Frame(MacAddress.Broadcast, Local)).Reason);
        Assert.Equal("a", _switch.Route(Frame(A, Local)).Port!.Member);
    }

    [Fact]
    public void A_super_segment_counts_as_what_it_stands_for()
    {
        Assert.Equal(SwitchDropReason.None, _switch.Learn(_a, Frame(MacAddress.Broadcast, A, 1518 * 19)));
        Assert.Equal(SwitchDropReason.Storm, _switch.Learn(_a, Frame(MacAddress.Broadcast, A, 1519)));
        Assert.Equal(SwitchDropReason.None, _switch.Learn(_a, Frame(MacAddress.Broadcast, A, 1518)));
    }

    [Fact]
    public void A_storm_teaches_nothing()
    {
        for (var i = 0; i < 20; i++) _switch.Learn(_a, Frame(MacAddress.Broadcast, A));
        Assert.Equal(SwitchDropReason.Storm, _switch.Learn(_a, Frame(MacAddress.Broadcast, Behind)));
        Assert.Equal(0, _a.LearnedAddresses);
    }

    [Fact]
    public void A_member_with_too_many_addresses_is_reached_by_flooding_for_the_rest()
    {
        for (var i = 0; i < 6; i++) Assert.Equal(SwitchDropReason.None, _switch.Learn(_a, Frame(Local, Numbered(i))));
        Assert.Equal((4, 4, 2), (_a.LearnedAddresses, _switch.LearnedAddresses, _a.Counters.Unlearned));
        Assert.Equal("a", _switch.Route(Frame(Numbered(3), Local)).Port!.Member);
        Assert.True(_switch.Route(Frame(Numbered(5), Local)).IsFlood);
        Assert.Equal(SwitchDropReason.None, _switch.Learn(_b, Frame(Local, Numbered(5))));

        // Once the old ones are too old, there is room again.
        _time.Advance(TimeSpan.FromSeconds(300));
        _switch.Learn(_a, Frame(Local, Numbered(7)));
        Assert.Equal("a", _switch.Route(Frame(Numbered(7), Local)).Port!.Member);
        Assert.Equal(1, _a.LearnedAddresses);
    }

    [Fact]
    public void The_table_as_a_whole_is_bounded()
    {
        var bounded = new LearningSwitch<string>(Local, new SwitchOptions { MaxAddresses = 3 }, _time);
        var port = bounded.TryAdd(A, "a")!;
        bounded.Connect(port);
        for (var i = 0; i < 10; i++) bounded.Learn(port, Frame(Local, Numbered(i)));
        Assert.Equal(3, bounded.LearnedAddresses);
    }

    [Fact]
    public void Tagged_frames_are_frames_like_others()
    {
        var tagged = Frame(Local, Behind);
        tagged[12] = 0x81;
        Assert.Equal(SwitchDropReason.None, _switch.Learn(_a, tagged));
        Assert.Equal("a", _switch.Route(Frame(Behind, Local)).Port!.Member);
    }

    [Fact]
    public void Whatever_comes_the_tables_agree_and_stay_within_their_limits()
    {
        var random = new Random(20260101);
        MacAddress[] addresses = [Local, A, B, MacAddress.Broadcast, default, .. Enumerable.Range(0, 12).Select(Numbered)];
        SwitchPort<string>[] ports = [_a, _b];
        for (var i = 0; i < Soak.Count(20_000, 2_000_000); i++)
        {
            var frame = Frame(addresses[random.Next(addresses.Length)], addresses[random.Next(addresses.Length)], random.Next(10) == 0 ? random.Next(20) : 60);
            var port = ports[random.Next(2)];
            switch (random.Next(20))
            {
                case 0:
                    _switch.Disconnect(port);
                    break;
                case 1 or 2:
                    _switch.Connect(port);
                    break;
                case 3:
                    _time.Advance(TimeSpan.FromSeconds(random.Next(200)));
                    break;
                case < 12:
                    var decision = _switch.Route(frame);
                    Assert.True(decision.Port is null or { IsConnected: true });
                    break;
                default:
                    var source = frame.Length >= 14 ? new MacAddress(frame.AsSpan(6)) : default;
                    var reason = _switch.Learn(port, frame);
                    if (reason == SwitchDropReason.None) Assert.True(port.IsConnected && source != Local && !source.IsGroup && !source.IsZero && (source == port.MacAddress || (source != A && source != B)));
                    break;
            }

            Assert.InRange(_a.LearnedAddresses, 0, 4);
            Assert.InRange(_b.LearnedAddresses, 0, 4);
            Assert.InRange(_switch.LearnedAddresses - _a.LearnedAddresses - _b.LearnedAddresses, 0, 4);
        }
    }

    [Fact]
    public void Nothing_is_allocated_per_frame()
    {
        byte[] toA = Frame(A, Local), fromA = Frame(Local, A), fromBehind = Frame(Local, Behind), unknown = Frame(Stranger, Local);
        void Work()
        {
            _switch.Route(toA);
            _switch.Route(unknown);
            _switch.Learn(_a, fromA);
            _switch.Learn(_a, fromBehind);
        }

        for (var i = 0; i < 100; i++) Work();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) Work();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static MacAddress Numbered(int number) => new([0, 0x16, 0x3e, 1, 0, (byte)number]);

    private static byte[] Frame(MacAddress destination, MacAddress source, int length = 60)
    {
        var frame = new byte[length];
        if (length < 14) return frame;
        destination.CopyTo(frame);
        source.CopyTo(frame.AsSpan(6));
        frame[12] = 0x08;
        return frame;
    }
}
