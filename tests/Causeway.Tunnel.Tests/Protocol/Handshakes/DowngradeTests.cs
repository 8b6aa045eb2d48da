using Causeway.Tunnel.Protocol.Handshakes;
using Causeway.Tunnel.Protocol.Handshakes.Guarding;
using Causeway.Tunnel.Protocol.Handshakes.Keys;
using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Protocol.Sessions;

namespace Causeway.Tunnel.Tests.Protocol.Handshakes;

/// <summary>Version, suites and capabilities are in the transcript: nobody between the two can make them choose less.</summary>
public sealed class DowngradeTests
{
    [Fact]
    public void W9_the_weaker_suite_alone_is_not_accepted_in_HELLO()
    {
        var run = new HandshakeRun();
        Assert.Equal(2, run.Alice.Context.Suites.Length);
        run.Network = (_, m) => m[0] == 1 ? [.. m[..3], 1, .. m[6..]] : m;
        run.Go();
        Assert.False(run.HasSession);
        Assert.Equal(HelloReason.Signature, run.Bob.LastReason);
    }

    [Fact]
    public void W9_the_order_of_suites_cannot_be_changed_in_HELLO()
    {
        var run = new HandshakeRun();
        run.Network = (_, m) => m[0] == 1 ? [.. m[..4], m[6], m[7], m[4], m[5], .. m[8..]] : m;
        run.Go();
        Assert.False(run.HasSession);
        Assert.Equal(HelloReason.Signature, run.Bob.LastReason);
    }

    [Fact]
    public void W9_the_choice_of_suite_cannot_be_changed_in_CHALLENGE()
    {
        var run = new HandshakeRun();
        run.Network = (_, m) => m[0] == 3 ? [.. m[..13], (byte)(m[13] ^ 3), .. m[14..]] : m;
        run.Go();
        Assert.False(run.HasSession);
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(3, 16)]
    public void W9_capabilities_can_be_neither_taken_nor_given(int type, int offset)
    {
        foreach (var edit in new byte[] { 1, 2, 3, 4, 0x80 })
        {
            var run = new HandshakeRun(TunnelCapabilities.SegmentationOffload, TunnelCapabilities.SegmentationOffload);
            run.Network = (_, m) => m[0] == type ? [.. m[..(offset + 3)], (byte)(m[offset + 3] ^ edit), .. m[(offset + 4)..]] : m;
            run.Go();
            Assert.False(run.HasSession);
        }
    }

    [Fact]
    public void W9_another_version_gets_an_ERROR_and_no_other_version_follows_from_it()
    {
        var run = new HandshakeRun();
        run.Network = (_, m) => m[0] == 1 ? [1, 2, .. m[2..]] : m;
        run.Go();
        Assert.Equal(HelloReason.Version, run.Bob.LastReason);
        Assert.Equal(ErrorMessage.Size, run.Sent[^1].Message.Length);

        // It names the edited HELLO, so it is nothing to Alice; and when the relay behaves, the same HELLO works.
        Assert.Equal(HandshakeErrorCode.None, run.Alice.Initiator!.Hint);
        Assert.Equal(HandshakeState.HelloSent, run.Alice.Initiator.State);
        run.Network = (_, m) => m;
        run.Wait(1);
        run.AssertSession();
    }

    [Fact]
    public void W9_no_suite_in_common_ends_in_a_hint_and_no_session()
    {
        var run = new HandshakeRun();
        using var guard = new HelloGuard(run.Bob.Id, run.Bob, null, [(TunnelSuite)7], run.Time, new SeededRandom("g"));
        run.Time.Advance(TimeSpan.FromSeconds(1));
        var verdict = guard.Check(run.Alice.Id, run.Alice.Begin(run.Bob), 0, default);
        Assert.Equal((HelloDecision.Reply, HelloReason.NoCommonSuite), (verdict.Decision, verdict.Reason));
        Assert.Equal(HandshakeOutcome.Hint, run.Alice.Initiator!.Receive(verdict.Reply));
        Assert.Equal(HandshakeErrorCode.NoCommonSuite, run.Alice.Initiator.Hint);
        Assert.Equal(HandshakeState.HelloSent, run.Alice.Initiator.State);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void W9_a_forged_ERROR_ends_nothing_at_any_step(int code)
    {
        var run = new HandshakeRun();
        run.Network = (_, m) =>
        {
            var t1 = HandshakeTranscript.OfHello(run.Sent[0].Message).Tag;
            foreach (var tag in new[] { t1, 0ul, ulong.MaxValue })
            {
                var error = new ErrorMessage((HandshakeErrorCode)code, tag).ToArray();
                Assert.Null(run.Give(run.Alice, error));
                Assert.Null(run.Give(run.Bob, error));
            }

            return m;
        };
        run.Go();
        run.AssertSession();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void W9_a_forged_RETRY_makes_HELLO_carry_more_and_leads_to_the_same_choice(byte flags)
    {
        var run = new HandshakeRun();
        var forged = false;
        run.Network = (from, m) =>
        {
            if (forged || m[0] != 1) return m;
            forged = true;
            var t1 = HandshakeTranscript.OfHello(m).Tag;
            var retry = new RetryMessage { HelloTag = t1, KeysNeeded = (flags & 2) != 0, Cookie = (flags & 1) != 0 ? Enumerable.Repeat((byte)9, 40).ToArray() : default }.ToArray();
            var second = run.Give(run.Alice, retry)!;
            Assert.Equal(1, second[0]);

            // Once for each: the same again, or any other, is not answered.
            Assert.Null(run.Give(run.Alice, retry));
            Assert.Null(run.Give(run.Alice, new RetryMessage { HelloTag = HandshakeTranscript.OfHello(second).Tag, KeysNeeded = (flags & 2) != 0, Cookie = (flags & 1) != 0 ? new byte[40] : default }.ToArray()));
            return second;
        };
        run.Go();
        run.AssertSession();
        Assert.Equal(run.Alice.Context.Suites[0], run.AliceResult!.Secrets.Suite);
    }
}
