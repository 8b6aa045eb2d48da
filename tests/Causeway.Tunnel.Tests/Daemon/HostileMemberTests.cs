using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Daemon.Frames;
using Causeway.Tunnel.Daemon.Members;
using Causeway.Tunnel.Daemon.Routing;
using Causeway.Tunnel.Devices;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Sessions.Frames;
using Causeway.Tunnel.Rosters;
using Causeway.Tunnel.Rosters.Entries;
using Causeway.Tunnel.Segmentation;
using Causeway.Tunnel.Switching;
using Causeway.Tunnel.Tests.Segmentation;

namespace Causeway.Tunnel.Tests.Daemon;

/// <summary>What a member that is hostile can send: authentic frames, of any content.</summary>
public sealed class HostileMemberTests : IDisposable
{
    private readonly HybridSigningKey _key = HybridSigningKey.Generate();
    private readonly TrafficCounters _traffic = new();
    private readonly FakeDevice _device;
    private readonly MemberTable _members;
    private readonly FrameInput _input;
    private readonly TunnelPeerId _hostile;
    private readonly TunnelPeerId _other;
    private Exception? _failure;

    public HostileMemberTests()
    {
        var self = TunnelPeerId.FromPublicKey(_key.PublicKey);
        Assert.True(RosterSubnet.TryParse("10.10.10.0/24", out var subnet));
        var signer = new HybridRosterSignatures(_key);
        var first = RosterAuthor.CreateNetwork("home", subnet, "a", null, [], signer, TimeProvider.System);
        var log = new RosterLog(first.Id);
        Assert.Equal(RosterAddResult.Added, log.Add(first));
        var author = new RosterAuthor(log, signer, TimeProvider.System);
        (_hostile, _other) = (Add(author, "hostile"), Add(author, "other"));
        _device = new FakeDevice(new SegmentDeviceOptions { MacAddress = SegmentAddresses.Mac(self) });
        var segment = new LearningSwitch<Member>(_device.MacAddress, new SwitchOptions(), TimeProvider.System);
        _members = new MemberTable(segment, new RouteTable(TimeProvider.System));
        _members.Update(log.Current, self);
        _input = new FrameInput(_device, segment, _members, _traffic, e => _failure = e);
    }

    [Fact]
    public void An_honest_frame_is_written()
    {
        _input.Receive(_hostile, FrameKind.Frame, Frame());
        Assert.True(_device.TryReceive(out var written));
        Assert.Equal(Frame(), written![VirtioNetHeader.Length..]);
    }

    [Fact]
    public void A_frame_in_the_name_of_another_member_or_of_this_machine_is_not_written()
    {
        var frame = Frame();
        SegmentAddresses.Mac(_other).CopyTo(frame.AsSpan(6));
        _input.Receive(_hostile, FrameKind.Frame, frame);
        _device.MacAddress.CopyTo(frame.AsSpan(6));
        _input.Receive(_hostile, FrameKind.Frame, frame);
        Assert.False(_device.TryReceive(out _));
        Assert.True(_members.TryFind(_hostile, out var member));
        Assert.Equal(1, member.Port!.Counters.Dropped(SwitchDropReason.SourceIsPinned));
        Assert.Equal(1, member.Port!.Counters.Dropped(SwitchDropReason.SourceIsLocal));
    }

    [Fact]
    public void An_offload_header_that_is_empty_or_does_not_fit_its_frame_is_not_written()
    {
        var packet = new Packet();
        var frame = packet.Build();
        Frame().AsSpan(0, 12).CopyTo(frame);
        Refuse(packet.SuperHeader with { SegmentSize = 1 }, frame);
        Refuse(packet.SuperHeader with { HeaderLength = 0xffff }, frame);
        Refuse(packet.ChecksumHeader with { ChecksumStart = 0xffff }, Frame());
        Refuse(default, Frame());
        Refuse(default, frame);
        _input.Receive(_hostile, FrameKind.Frame, frame);
        Assert.False(_device.TryReceive(out _));
        Assert.True(_members.TryFind(_hostile, out var member));
        Assert.Equal(6, member.Traffic.Drops(FrameDropReason.BadOffload));
    }

    [Fact]
    public void Who_is_no_member_sends_nothing()
    {
        using var stranger = HybridSigningKey.Generate();
        _input.Receive(TunnelPeerId.FromPublicKey(stranger.PublicKey), FrameKind.Frame, Frame());
        Assert.False(_device.TryReceive(out _));
        Assert.Equal(1, _traffic.Drops(FrameDropReason.NoMember));
    }

    [Fact]
    public void A_flood_for_everybody_is_cut_off()
    {
        var frame = Frame();
        frame.AsSpan(0, 6).Fill(0xff);
        var options = new SwitchOptions();
        for (var i = 0; i < 2 * options.FloodedFramesBurst; i++) _input.Receive(_hostile, FrameKind.Frame, frame);
        Assert.True(_members.TryFind(_hostile, out var member));
        Assert.True(member.Port!.Counters.Dropped(SwitchDropReason.Storm) > 0);
        Assert.Null(_failure);
    }

    public void Dispose()
    {
        _device.Dispose();
        _key.Dispose();
    }

    private static TunnelPeerId Add(RosterAuthor author, string name)
    {
        using var key = HybridSigningKey.Generate();
        author.Add(new RosterKey(key.PublicKey.Bytes), name);
        return TunnelPeerId.FromPublicKey(key.PublicKey);
    }

    private void Refuse(VirtioNetHeader header, byte[] frame)
    {
        var body = new byte[VirtioNetHeader.Length + frame.Length];
        header.Write(body);
        frame.CopyTo(body.AsSpan(VirtioNetHeader.Length));
        _input.Receive(_hostile, FrameKind.OffloadFrame, body);
    }

    private byte[] Frame()
    {
        var frame = new byte[60];
        _device.MacAddress.CopyTo(frame);
        SegmentAddresses.Mac(_hostile).CopyTo(frame.AsSpan(6));
        frame[12] = 0x88;
        frame[13] = 0xb5;
        return frame;
    }
}
