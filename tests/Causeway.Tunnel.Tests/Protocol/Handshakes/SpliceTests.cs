using Causeway.Tunnel.Protocol.Handshakes;

namespace Causeway.Tunnel.Tests.Protocol.Handshakes;

/// <summary>Messages of one handshake put into another: of the same two members, of others, and in the other direction.</summary>
public sealed class SpliceTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void W2_a_message_of_another_handshake_of_the_same_members_is_nothing(int type)
    {
        var other = new HandshakeRun(seed: "other").Go().Sent.Single(s => s.Message[0] == type).Message;
        var run = new HandshakeRun();
        run.Time.Advance(TimeSpan.FromSeconds(1));
        run.Network = (from, m) =>
        {
            if (m[0] != type) return m;

            // As it is; and with the tag of this handshake, so that it gets to where the signatures and keys are.
            AssertNothing(run, from, other);
            AssertNothing(run, from, [.. m[..12], .. other[12..]]);

            // Each of its parts alone in the place of this handshake's.
            foreach (var field in MessageFields.Of(type).Values)
            {
                byte[] spliced = [.. m];
                other.AsSpan(field).CopyTo(spliced.AsSpan(field));
                if (!spliced.AsSpan().SequenceEqual(m) && run.Alice.Initiator!.State != HandshakeState.Established) AssertNothing(run, from, spliced);
                run.Time.Advance(TimeSpan.FromMilliseconds(300));
            }

            return m;
        };
        run.Go();
        run.AssertSession();
    }

    [Fact]
    public void W2_the_second_half_of_one_handshake_does_not_complete_the_first_half_of_another()
    {
        // Alice begins twice; the relay mixes the two in every way.
        foreach (var mix in Enumerable.Range(1, 14))
        {
            var second = new HandshakeRun();
            second.Time.Advance(TimeSpan.FromSeconds(1));
            var stolen = new HandshakeRun(seed: "stolen").Go().Sent.Select(s => s.Message).ToArray();
            second.Network = (_, m) => (mix & (1 << (m[0] == 1 ? 0 : m[0] - 2))) != 0 ? stolen[m[0] == 1 ? 0 : m[0] - 2] : m;
            second.Go();
            Assert.Null(second.AliceResult);
            Assert.True(second.BobResult is null || (mix & 7) == 0);
        }
    }

    [Fact]
    public void W3_two_handshakes_of_one_initiator_with_two_responders_cannot_be_crossed()
    {
        var run = new HandshakeRun();
        var carol = new TestMember("carol", run.Time);
        carol.Knows(run.Alice);
        run.Alice.Knows(carol);
        run.Time.Advance(TimeSpan.FromSeconds(1));

        // Carol answers a HELLO of Alice to her; the relay gives that to Alice as Bob's answer.
        var alice = new TestMember("alice", run.Time, seed: "alice's other device");
        var toCarol = alice.Begin(carol);
        var challenge = carol.Receive(run.Alice.Id, toCarol, out _)!;
        run.Alice.Begin(run.Bob);
        Assert.Null(run.Alice.Receive(run.Bob.Id, challenge, out _));
        var response = alice.Receive(carol.Id, challenge, out _)!;
        Assert.Null(run.Bob.Receive(run.Alice.Id, response, out _));
        Assert.Equal(HandshakeState.HelloSent, run.Alice.Initiator!.State);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void W14_a_message_sent_back_to_its_sender_is_nothing(int type)
    {
        var run = new HandshakeRun();
        run.Network = (from, m) =>
        {
            if (m[0] == type)
            {
                Assert.Null(run.Give(from, m));
                Assert.NotEqual(HandshakeState.Ended, run.Alice.Initiator!.State);
            }

            return m;
        };
        run.Go();
        run.AssertSession();
    }

    [Fact]
    public void W10_the_session_ID_depends_on_the_randomness_of_both()
    {
        var ids = new[] { ("a", "b"), ("a", "c"), ("d", "b") }.Select(seeds =>
        {
            var time = new ManualTimeProvider();
            var alice = new TestMember("alice", time, seed: seeds.Item1);
            var bob = new TestMember("bob", time, seed: seeds.Item2);
            alice.Knows(bob);
            bob.Knows(alice);
            time.Advance(TimeSpan.FromSeconds(1));
            var challenge = bob.Receive(alice.Id, alice.Begin(bob), out _)!;
            var response = alice.Receive(bob.Id, challenge, out _)!;
            bob.Receive(alice.Id, response, out var outcome);
            Assert.Equal(HandshakeOutcome.Established, outcome);
            return bob.Responder!.TakeResult().Secrets.SessionId;
        });
        Assert.Equal(3, ids.Distinct().Count());
    }

    private static void AssertNothing(HandshakeRun run, TestMember from, byte[] message)
    {
        var to = from == run.Alice ? run.Bob : run.Alice;
        var before = run.HasSession;
        Assert.Null(run.Give(to, message));
        Assert.Equal(before, run.HasSession);
        Assert.NotEqual(HandshakeState.Ended, run.Alice.Initiator!.State);
    }
}
