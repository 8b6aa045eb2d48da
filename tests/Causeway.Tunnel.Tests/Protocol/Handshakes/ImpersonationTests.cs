using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Protocol.Handshakes;
using Causeway.Tunnel.Protocol.Handshakes.Guarding;
using Causeway.Tunnel.Protocol.Handshakes.Keys;
using Causeway.Tunnel.Protocol.Handshakes.Messages;

namespace Causeway.Tunnel.Tests.Protocol.Handshakes;

/// <summary>A relay, or a member, that pretends to be somebody else.</summary>
public sealed class ImpersonationTests
{
    [Fact]
    public void W1_a_HELLO_in_anothers_name_is_not_answered()
    {
        var run = new HandshakeRun();
        var mallory = new TestMember("mallory", run.Time);
        run.Bob.Knows(mallory);

        // Mallory's own HELLO with Alice's name in it, signed by Mallory.
        var hello = Resign(Replace(mallory.Begin(run.Bob), "initiator", run.Alice.Id.ToByteArray()), mallory.Context.Key);
        Assert.Null(run.Bob.Receive(run.Alice.Id, hello, out _));
        Assert.Equal(HelloReason.Signature, run.Bob.LastReason);

        // And its own, honest one, while the relay says that Alice sent it.
        Assert.Null(run.Bob.Receive(run.Alice.Id, mallory.Begin(run.Bob), out _));
        Assert.Equal(HelloReason.Misdirected, run.Bob.LastReason);
        run.Go();
        run.AssertSession();
    }

    [Fact]
    public void W1_a_CHALLENGE_in_anothers_name_is_not_answered()
    {
        var run = new HandshakeRun();
        var mallory = new TestMember("mallory", run.Time);
        var hello = run.Alice.Begin(run.Bob);
        var context = new HandshakeContext(mallory.Context.Key, run.Time, new SeededRandom("m"));
        using var forger = new HandshakeResponder(context, hello, Accepted(run.Alice));
        Assert.Equal(HandshakeOutcome.None, run.Alice.Initiator!.Receive(forger.Outgoing.Span));
        Assert.Equal(HandshakeState.HelloSent, run.Alice.Initiator.State);
    }

    [Fact]
    public void W3_a_HELLO_that_the_relay_hands_to_another_member_is_not_answered()
    {
        var run = new HandshakeRun();
        var carol = new TestMember("carol", run.Time);
        carol.Knows(run.Alice);
        run.Time.Advance(TimeSpan.FromSeconds(1));
        var hello = run.Alice.Begin(run.Bob);
        Assert.Null(carol.Receive(run.Alice.Id, hello, out _));
        Assert.Equal(HelloReason.Misdirected, carol.LastReason);

        // With Carol's name in the place of Bob's it is not what Alice signed.
        Assert.Null(carol.Receive(run.Alice.Id, Replace(hello, "responder", carol.Id.ToByteArray()), out _));
        Assert.Equal(HelloReason.Signature, carol.LastReason);
        Assert.Equal(0, carol.Guard.SignatureChecks - 1);
    }

    [Fact]
    public void W3_a_member_that_answers_for_another_gets_no_session()
    {
        // Carol is an honest member whom Alice knows; the relay gives her Alice's HELLO for Bob, and says that her answer is Bob's.
        var run = new HandshakeRun();
        var carol = new TestMember("carol", run.Time);
        run.Alice.Knows(carol);
        var hello = run.Alice.Begin(run.Bob);
        using var responder = new HandshakeResponder(carol.Context, hello, Accepted(run.Alice));
        Assert.Equal(HandshakeOutcome.None, run.Alice.Initiator!.Receive(responder.Outgoing.Span));
    }

    [Fact]
    public void W3_one_who_answers_in_ones_own_name_to_a_HELLO_of_the_relay_cannot_be_passed_on()
    {
        // Identity misbinding: Alice believes to talk to Mallory, Bob believes to talk to Alice.
        var run = new HandshakeRun();
        var mallory = new TestMember("mallory", run.Time);
        run.Alice.Knows(mallory);
        mallory.Knows(run.Alice);
        var toMallory = run.Alice.Begin(mallory);
        Assert.Null(run.Bob.Receive(run.Alice.Id, toMallory, out _));
        Assert.Null(run.Bob.Receive(run.Alice.Id, Replace(toMallory, "responder", run.Bob.Id.ToByteArray()), out _));
        Assert.Null(run.Bob.Responder);
    }

    [Fact]
    public void W4_a_relay_in_the_middle_with_keys_of_its_own_gets_no_session_with_either()
    {
        var run = new HandshakeRun();
        var relay = new TestMember("relay", run.Time);
        relay.Knows(run.Alice);

        // Towards Alice it plays Bob, towards Bob it plays Alice; each time with its own ephemeral and signing keys.
        var hello = run.Alice.Begin(run.Bob);
        using var asBob = new HandshakeResponder(relay.Context, hello, Accepted(run.Alice));
        Assert.Equal(HandshakeOutcome.None, run.Alice.Initiator!.Receive(asBob.Outgoing.Span));
        var own = Resign(Replace(relay.Begin(run.Bob), "initiator", run.Alice.Id.ToByteArray()), relay.Context.Key);
        Assert.Null(run.Bob.Receive(run.Alice.Id, own, out _));

        // With Alice's HELLO and an ephemeral key of its own in it.
        Assert.Null(run.Bob.Receive(run.Alice.Id, Resign(Replace(hello, "X25519 key", new byte[32]), relay.Context.Key), out _));
        Assert.False(run.HasSession);
    }

    [Fact]
    public void W4_what_the_relay_sees_holds_no_secret()
    {
        var run = new HandshakeRun().Go();
        var seen = run.Sent.SelectMany(s => s.Message).ToArray().AsSpan();
        Assert.Equal(-1, seen.IndexOf(run.AliceResult!.Secrets.EpochSecret.Span[..8]));
        Assert.Equal(-1, seen.IndexOf(run.AliceResult.Secrets.Chain.Span[..8]));
        Assert.Equal(-1, seen.IndexOf(run.AliceResult.Secrets.ResumeKey.Span[..8]));
    }

    [Fact]
    public void W11_addresses_and_the_initiators_proof_do_not_travel_in_clear_and_sizes_tell_nothing()
    {
        int[]? sizes = null;
        foreach (var candidates in new[] { 0, 1, 20 })
        {
            var run = new HandshakeRun();
            var address = System.Net.IPEndPoint.Parse("[2001:db8:1234:5678:9abc:def0:1234:5678]:4660");
            run.Alice.Context.Parameters = run.Bob.Context.Parameters = new()
            {
                ObservedAddress = address,
                Candidates = [.. Enumerable.Repeat(new Candidate(CandidateKind.Host, address), candidates)],
            };
            run.Go();
            run.AssertSession();
            Assert.All(run.Sent, s => Assert.Equal(-1, s.Message.AsSpan().IndexOf(address.Address.GetAddressBytes().AsSpan(0, 8))));
            sizes ??= [.. run.Sent.Select(s => s.Message.Length)];
            Assert.Equal(sizes, run.Sent.Select(s => s.Message.Length));
        }
    }

    [Fact]
    public void W21_who_holds_a_peer_ID_at_the_relay_without_its_key_gets_no_session()
    {
        // The relay, or one who fooled it, has everything that Alice ever sent, and her name.
        var run = new HandshakeRun().Go();
        run.AssertSession();
        run.Time.Advance(TimeSpan.FromSeconds(5));
        var responder = run.Bob.Responder;
        foreach (var (_, message) in run.Sent.Where(s => s.From == run.Alice).ToArray())
        {
            var answer = run.Bob.Receive(run.Alice.Id, message, out var outcome);
            Assert.NotEqual(HandshakeOutcome.Established, outcome);
            Assert.True(answer is null || answer.Length <= 588);
        }

        Assert.Same(responder, run.Bob.Responder);
    }

    [Fact]
    public void W23_a_public_key_that_the_peer_ID_does_not_name_is_refused_in_HELLO()
    {
        var run = new HandshakeRun();
        var mallory = new TestMember("mallory", run.Time);
        run.Bob.Knows(run.Alice, withKey: false);
        run.Network = (from, m) => m is [1, _, 2, ..]
            ? Resign(m.AsSpan().IndexOf(run.Alice.Context.Key.PublicKey.Bytes.Span) is var at ? [.. m[..at], .. mallory.Context.Key.PublicKey.Bytes.Span, .. m[(at + 2624)..]] : m, mallory.Context.Key)
            : m;
        run.Go();
        Assert.Equal(HelloReason.WrongKey, run.Bob.LastReason);
        Assert.False(run.HasSession);
        Assert.Equal(0, run.Bob.Guard.SignatureChecks);
    }

    [Fact]
    public void W23_a_public_key_that_the_peer_ID_does_not_name_is_refused_in_CHALLENGE()
    {
        var run = new HandshakeRun();
        var mallory = new TestMember("mallory", run.Time);
        var hello = run.Alice.Begin(run.Bob, withKey: false);
        using var forger = new HandshakeResponder(mallory.Context, hello, Accepted(run.Alice));
        Assert.Equal(HandshakeOutcome.None, run.Alice.Initiator!.Receive(forger.Outgoing.Span));
        Assert.False(run.HasSession);
    }

    [Fact]
    public void W23_keys_that_were_not_wanted_are_refused_and_so_is_their_absence()
    {
        foreach (var wanted in new[] { true, false })
        {
            var run = new HandshakeRun();
            run.Network = (_, m) => m[0] != 3 ? m : wanted ? Without(m) : With(m);
            run.Go(withKey: !wanted);
            Assert.False(run.HasSession);
            Assert.Equal(HandshakeState.HelloSent, run.Alice.Initiator!.State);

            byte[] Without(byte[] m) => [.. m[..2], 0, .. m[3..1660], .. m[(1660 + 2624)..]];
            byte[] With(byte[] m) => [.. m[..2], 2, .. m[3..1660], .. run.Bob.Context.Key.PublicKey.Bytes.Span, .. m[1660..]];
        }
    }

    [Fact]
    public void Half_a_signature_is_none()
    {
        // A break of one algorithm is not enough: each half of a true signature with a forged other half.
        foreach (var (type, half) in from t in new[] { 1, 3 } from h in new[] { "ML-DSA signature", "Ed25519 signature" } select (t, h))
        {
            var run = new HandshakeRun();
            var mallory = new TestMember("mallory", run.Time);
            run.Network = (from, m) =>
            {
                if (m[0] != type) return m;
                var range = MessageFields.Of(type)[half];
                var forged = mallory.Context.Key.Sign(type == 1 ? HandshakeLabels.Hello : HandshakeLabels.Challenge, m.AsSpan(..^4691));
                byte[] edited = [.. m];
                forged.AsSpan(half[0] == 'M' ? ..4627 : 4627..).CopyTo(edited.AsSpan(range));
                return edited;
            };
            run.Go();
            Assert.False(run.HasSession);
        }
    }

    private static HelloVerdict Accepted(TestMember initiator) => new(HelloDecision.Accept, HelloReason.Authentic)
    {
        PublicKey = initiator.Context.Key.PublicKey,
        Suite = initiator.Context.Suites[0],
    };

    private static byte[] Replace(byte[] hello, string field, ReadOnlySpan<byte> value)
    {
        byte[] edited = [.. hello];
        value.CopyTo(edited.AsSpan(MessageFields.Hello[field]));
        return edited;
    }

    private static byte[] Resign(byte[] hello, HybridSigningKey key) => [.. hello[..^4691], .. key.Sign(HandshakeLabels.Hello, hello.AsSpan(..^4691))];
}
