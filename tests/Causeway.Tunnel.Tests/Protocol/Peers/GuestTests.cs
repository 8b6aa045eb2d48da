using Causeway.Tunnel.Protocol.Handshakes.Keys;
using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Protocol.Sessions;
using Causeway.Tunnel.Protocol.Sessions.Frames;
using Causeway.Tunnel.Tests.Protocol.Handshakes;

namespace Causeway.Tunnel.Tests.Protocol.Peers;

/// <summary>Newcomers: an invitation opens the door to the hall, the roster that to the house.</summary>
public sealed class GuestTests
{
    private readonly FakeInvitations _invitations = new();
    private readonly SimulatedNetwork _network = new("alice");
    private readonly SimulatedMember _newcomer;

    public GuestTests()
    {
        _newcomer = _network.Add("newcomer");
        Alice.Invitations = _invitations;
        Alice.Restart();
        _network.Time.Advance(TimeSpan.FromSeconds(1));
    }

    private SimulatedMember Alice => _network["alice"];

    [Fact]
    public void A_newcomer_joins_and_becomes_a_member_within_its_session()
    {
        _newcomer.Endpoint.Join(Alice.Id, _invitations.Proof);
        _network.Run(1);
        Assert.True(Alice.Sessions[_newcomer.Id].IsGuest && _newcomer.Sessions[Alice.Id].IsGuest);
        Assert.Equal(_invitations.Id, Alice.Sessions[_newcomer.Id].InvitationId);
        Assert.Equal(SealStatus.Sealed, _newcomer.Endpoint.Send(Alice.Id, FrameKind.Join, [0]));
        Assert.False(Alice.SendFrame(_newcomer, "no"));
        Assert.False(_newcomer.SendFrame(Alice, "no"));
        _network.Run(1);
        Assert.Equal([(_newcomer.Id, FrameKind.Join)], Alice.Controls);

        Alice.Knows(_newcomer);
        Alice.Endpoint.RosterChanged();
        Assert.Equal(SealStatus.Sealed, Alice.Endpoint.Send(_newcomer.Id, FrameKind.RosterHeads, [0]));
        _network.Run(1);
        _newcomer.Knows(Alice);
        _newcomer.Endpoint.RosterChanged();
        Assert.True(_newcomer.SendFrame(Alice, "hello") && Alice.SendFrame(_newcomer, "welcome"));
        _network.Run(1);
        Assert.Equal("hello", Assert.Single(Alice.Frames).Text);
        Assert.Equal("welcome", Assert.Single(_newcomer.Frames).Text);
        Assert.Equal(["up newcomer"], Alice.Events);
    }

    [Fact]
    public void An_Ethernet_frame_of_a_guest_is_dropped()
    {
        // This one does not keep to the rules: it counts itself among the members.
        _newcomer.Endpoint.Join(Alice.Id, _invitations.Proof);
        _network.Run(1);
        _newcomer.Knows(Alice);
        _newcomer.Endpoint.RosterChanged();
        Assert.True(_newcomer.SendFrame(Alice, "let me in"));
        _network.Run(1);
        Assert.Empty(Alice.Frames);
        Assert.Equal(1, Alice.Endpoint.Counters.FramesDropped);
    }

    [Fact]
    public void Of_a_guest_that_has_gone_nothing_is_kept()
    {
        _newcomer.Endpoint.Join(Alice.Id, _invitations.Proof);
        _network.Run(1);
        _newcomer.Endpoint.Disconnect(Alice.Id);
        _network.Run(60);
        Assert.Empty(Alice.Endpoint.GetStatus());
        Assert.Empty(_newcomer.Endpoint.GetStatus());
    }

    [Fact]
    public void A_newcomer_is_told_that_its_invitation_is_used()
    {
        var other = _network.Add("other");
        other.Endpoint.Join(Alice.Id, _invitations.Proof);
        _network.Run(1);
        _newcomer.Endpoint.Join(Alice.Id, _invitations.Proof);
        _network.Run(1);
        Assert.Equal(["hint alice Invitation"], _newcomer.Events);
        Assert.Single(Alice.Sessions);
    }

    [Fact]
    public void A_RETRY_may_come_when_its_invitation_has_been_replaced()
    {
        _network.Relay = p => p.Type == 1
            ? [new Packet(Alice.Id, _newcomer.Id, new RetryMessage { HelloTag = HandshakeTranscript.OfHello(p.Payload).Tag, Cookie = new byte[40] }.ToArray())]
            : [p];
        _newcomer.Endpoint.Join(Alice.Id, _invitations.Proof);
        _newcomer.Endpoint.RunWork();
        Assert.Equal([1], _network.Sent.Select(p => p.Type));
        _newcomer.Endpoint.Join(Alice.Id, _invitations.Proof);
        _network.Relay = p => [p];
        _network.Run(1);
        Assert.True(_newcomer.HasSession(Alice));
    }

    [Fact]
    public void A_newcomer_answers_nobody()
    {
        Alice.Knows(_newcomer);
        Alice.Endpoint.Connect(_newcomer.Id);
        _network.Run(5);
        Assert.Empty(Alice.Sessions);
        Assert.Empty(_newcomer.Sessions);
        Assert.Contains("hint newcomer Refused", Alice.Events);
    }
}
