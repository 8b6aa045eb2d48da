using Causeway.Tunnel.Protocol.Handshakes;
using Causeway.Tunnel.Protocol.Handshakes.Guarding;
using Causeway.Tunnel.Protocol.Handshakes.Messages;

namespace Causeway.Tunnel.Tests.Protocol.Handshakes;

/// <summary>Two members and the messages between them, each of which a test may look at, change, drop (empty) or leave alone.</summary>
internal sealed class HandshakeRun
{
    public HandshakeRun(TunnelCapabilities aliceCan = TunnelCapabilities.None, TunnelCapabilities bobCan = TunnelCapabilities.None, IInvitations? invitations = null, string seed = "")
    {
        Alice = new TestMember("alice", Time, aliceCan, seed: "alice" + seed);
        Bob = new TestMember("bob", Time, bobCan, invitations, "bob" + seed);
        Alice.Knows(Bob);
        Bob.Knows(Alice);
        // A HELLO must be later than its receiver's start.
        Time.Advance(TimeSpan.FromSeconds(1));
    }

    public ManualTimeProvider Time { get; } = new();

    public TestMember Alice { get; }

    public TestMember Bob { get; }

    /// <summary>Everything that was sent, in order, as sent.</summary>
    public List<(TestMember From, byte[] Message)> Sent { get; } = [];

    public HandshakeResult? AliceResult { get; private set; }

    public HandshakeResult? BobResult { get; private set; }

    /// <summary>What the network does to a message.</summary>
    public Func<TestMember, byte[], byte[]> Network { get; set; } = (_, message) => message;

    public bool HasSession => AliceResult is not null || BobResult is not null;

    /// <summary>Alice begins; messages go back and forth until nobody answers.</summary>
    public HandshakeRun Go(bool withKey = true, InvitationProof? invitation = null)
    {
        Deliver(Alice, Alice.Begin(Bob, withKey, invitation));
        return this;
    }

    public void Deliver(TestMember from, byte[]? message)
    {
        for (var to = Other(from); message is not null; (from, to) = (to, from))
        {
            Sent.Add((from, message));
            message = Network(from, message);
            if (message.Length == 0) return;
            message = Give(to, message);
        }
    }

    /// <summary>Gives a message to one side, with the other as its source, and returns the answer.</summary>
    public byte[]? Give(TestMember to, byte[] message)
    {
        var answer = to.Receive(Other(to).Id, message, out var outcome);
        if (outcome != HandshakeOutcome.Established) return answer;
        if (to == Alice) AliceResult = Alice.Initiator!.TakeResult();
        else BobResult = Bob.Responder!.TakeResult();
        return answer;
    }

    /// <summary>Lets time pass and repeats what is due.</summary>
    public void Wait(double seconds)
    {
        var end = Time.GetUtcNow() + TimeSpan.FromSeconds(seconds);
        while (Alice.Initiator is { NextDeadline: var next } && next < TimeSpan.MaxValue && Time.GetUtcNow() + (next - Alice.Context.Now) <= end)
        {
            Time.Advance(next - Alice.Context.Now);
            if (Alice.Initiator.OnTime() == HandshakeOutcome.Send) Deliver(Alice, Alice.Initiator.Outgoing.ToArray());
        }

        if (Time.GetUtcNow() < end) Time.Advance(end - Time.GetUtcNow());
        _ = Bob.Responder?.OnTime();
    }

    public void AssertSession()
    {
        Assert.NotNull(AliceResult);
        Assert.NotNull(BobResult);
        Assert.Equal(AliceResult.Secrets.SessionId, BobResult.Secrets.SessionId);
        Assert.Equal(AliceResult.Secrets.Suite, BobResult.Secrets.Suite);
        Assert.Equal(AliceResult.Parameters, BobResult.Parameters);
        Assert.Equal(AliceResult.Secrets.EpochSecret.Span, BobResult.Secrets.EpochSecret.Span);
        Assert.Equal(AliceResult.Secrets.Chain.Span, BobResult.Secrets.Chain.Span);
        Assert.Equal(AliceResult.Secrets.ResumeKey.Span, BobResult.Secrets.ResumeKey.Span);
    }

    private TestMember Other(TestMember member) => member == Alice ? Bob : Alice;
}
