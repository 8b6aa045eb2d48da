using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Protocol.Handshakes;
using Causeway.Tunnel.Protocol.Handshakes.Guarding;
using Causeway.Tunnel.Protocol.Handshakes.Keys;
using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Tests.Protocol.Handshakes;

/// <summary>What a HELLO can cause: the checks of docs/protocol/tunnel.md §3.4, in their order, and what they cost.</summary>
public sealed class HelloGuardTests
{
    private readonly HandshakeRun _run = new();

    private HelloGuard Guard => _run.Bob.Guard;

    [Fact]
    public void W7_a_replayed_HELLO_is_asked_for_a_cookie_and_costs_no_signature()
    {
        var hello = _run.Alice.Begin(_run.Bob);
        Assert.Equal(HelloDecision.Accept, Check(hello).Decision);
        foreach (var seconds in new[] { 0, 1, 60, 119, 121, 3600 })
        {
            _run.Time.Advance(TimeSpan.FromSeconds(seconds));
            Assert.Equal(HelloReason.CookieNeeded, Check(hello).Reason);
        }

        Assert.Equal(1, Guard.SignatureChecks);
    }

    [Fact]
    public void W7_a_HELLO_replayed_after_a_restart_is_asked_for_a_cookie()
    {
        var hello = _run.Alice.Begin(_run.Bob);
        _run.Time.Advance(TimeSpan.FromSeconds(1));
        _run.Bob.NewGuard();
        Assert.Equal(HelloReason.CookieNeeded, Check(hello).Reason);
        Assert.Equal(0, Guard.SignatureChecks);
    }

    [Fact]
    public void W7_an_older_HELLO_is_not_fresh_after_a_newer_one()
    {
        var older = _run.Alice.Begin(_run.Bob);
        _run.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HelloDecision.Accept, Check(_run.Alice.Begin(_run.Bob)).Decision);
        Assert.Equal(HelloReason.CookieNeeded, Check(older).Reason);
    }

    [Theory]
    [InlineData(-121, false)]
    [InlineData(-119, true)]
    [InlineData(119, true)]
    [InlineData(121, false)]
    public void W7_the_window_of_time_has_two_sides(int offset, bool fresh)
    {
        _run.Time.Advance(TimeSpan.FromHours(1));
        var other = new ManualTimeProvider();
        other.Advance(_run.Time.GetUtcNow() - other.GetUtcNow() + TimeSpan.FromSeconds(offset));
        var alice = new TestMember("alice", other);
        Assert.Equal(fresh ? HelloReason.Authentic : HelloReason.CookieNeeded, Check(alice.Begin(_run.Bob)).Reason);
    }

    [Fact]
    public void A_clock_that_is_a_year_off_either_way_costs_one_round_trip()
    {
        foreach (var days in new[] { 365, 0 })
        {
            var run = new HandshakeRun();
            run.Time.Advance(TimeSpan.FromDays(180));
            var other = new ManualTimeProvider();
            other.Advance(TimeSpan.FromDays(days));
            var alice = new TestMember("alice", other);
            var first = run.Bob.Receive(alice.Id, alice.Begin(run.Bob), out _);
            Assert.Equal(2, first![0]);
            var second = alice.Receive(run.Bob.Id, first, out _);
            var challenge = run.Bob.Receive(alice.Id, second!, out _);
            Assert.Equal(3, challenge![0]);

            // And the HELLO with the cookie, said again when its time has come, is none: neither cookie nor time are new.
            run.Time.Advance(TimeSpan.FromDays(days == 0 ? 1 : 185));
            Assert.Equal(HelloReason.CookieNeeded, run.Bob.Guard.Check(alice.Id, second!, 0, default).Reason);
        }
    }

    [Fact]
    public void W8_a_cookie_is_valid_for_10_seconds_once_and_for_its_own_HELLO_only()
    {
        _run.Bob.NewGuard();
        var (first, second) = WithCookie(_run.Alice);
        Assert.Equal(HelloReason.CookieNeeded, CheckCrowded(first).Reason);
        _run.Time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(HelloReason.CookieNeeded, CheckCrowded(second).Reason);

        (_, second) = WithCookie(_run.Alice);
        _run.Time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(HelloReason.Authentic, CheckCrowded(second).Reason);
        Assert.Equal(HelloReason.CookieNeeded, CheckCrowded(second).Reason);

        // Another attempt of the same peer has another nonce and key: not its cookie.
        (_, second) = WithCookie(_run.Alice);
        var other = WithCookie(_run.Alice).Second;
        other.AsSpan(148, 40).CopyTo(second.AsSpan(148));
        Assert.Equal(HelloReason.CookieNeeded, CheckCrowded(second).Reason);
    }

    [Fact]
    public void W8_a_cookie_survives_the_change_of_its_key_and_not_two()
    {
        _run.Bob.NewGuard();
        _run.Time.Advance(TimeSpan.FromSeconds(115));
        var (_, second) = WithCookie(_run.Alice);
        _run.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(HelloReason.Authentic, CheckCrowded(second).Reason);
    }

    [Fact]
    public void W8_editing_a_HELLO_does_not_spend_its_cookie()
    {
        _run.Bob.NewGuard();
        var (_, second) = WithCookie(_run.Alice);
        byte[] edited = [.. second];
        edited[^1] ^= 1;
        Assert.Equal(HelloReason.Signature, CheckCrowded(edited).Reason);
        Assert.Equal(HelloReason.Authentic, CheckCrowded(second).Reason);
    }

    [Fact]
    public void W8_a_source_has_5_HELLOs_and_one_more_each_second()
    {
        var hello = _run.Alice.Begin(_run.Bob);
        Check(hello);
        for (var i = 1; i < 5; i++) Assert.Equal(HelloReason.CookieNeeded, Check(hello).Reason);
        for (var i = 0; i < 100; i++) Assert.Equal(HelloReason.TooMany, Check(hello).Reason);
        _run.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HelloReason.CookieNeeded, Check(hello).Reason);
        Assert.Equal(HelloReason.TooMany, Check(hello).Reason);
        Assert.Equal(1, Guard.SignatureChecks);
    }

    [Fact]
    public void W8_when_many_are_pending_or_many_come_everybody_needs_a_cookie()
    {
        Assert.Equal(HelloReason.CookieNeeded, Guard.Check(_run.Alice.Id, _run.Alice.Begin(_run.Bob), 65, default).Reason);
        _run.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HelloReason.Authentic, Guard.Check(_run.Alice.Id, _run.Alice.Begin(_run.Bob), 64, default).Reason);
        Assert.Equal(HelloReason.Busy, Guard.Check(_run.Alice.Id, _run.Alice.Begin(_run.Bob), 1024, default).Reason);

        // Fifty in a second, of whomever.
        var crowd = Enumerable.Range(0, 11).Select(i => new TestMember($"crowd {i}", _run.Time)).ToArray();
        _run.Time.Advance(TimeSpan.FromSeconds(2));
        var verdicts = new List<HelloReason>();
        foreach (var member in crowd)
        {
            _run.Bob.Knows(member);
            for (var i = 0; i < 5; i++) verdicts.Add(Guard.Check(member.Id, member.Begin(_run.Bob), 0, default).Reason);
        }

        Assert.All(verdicts.Take(50), r => Assert.Equal(HelloReason.Authentic, r));
        Assert.All(verdicts.Skip(50), r => Assert.Equal(HelloReason.CookieNeeded, r));
    }

    [Fact]
    public void W8_strangers_get_12_bytes_a_second_and_cause_no_work()
    {
        var stranger = new TestMember("stranger", _run.Time);
        var hello = stranger.Begin(_run.Bob);
        var verdict = Guard.Check(stranger.Id, hello, 0, default);
        Assert.Equal((HelloDecision.Reply, HelloReason.Unknown, 12), (verdict.Decision, verdict.Reason, verdict.Reply.Length));
        Assert.True(ErrorMessage.TryRead(verdict.Reply, out var error));
        Assert.Equal(new ErrorMessage(HandshakeErrorCode.Refused, HandshakeTranscript.OfHello(hello).Tag), error);
        for (var i = 0; i < 100; i++) Assert.Equal(HelloDecision.Drop, Guard.Check(stranger.Id, hello, 0, default).Decision);
        _run.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HelloDecision.Reply, Guard.Check(stranger.Id, hello, 0, default).Decision);
        Assert.Equal((0L, 0), (Guard.SignatureChecks, Guard.Sources));
    }

    [Fact]
    public void W8_a_flood_under_a_million_names_takes_bounded_memory_and_work()
    {
        var hello = _run.Alice.Begin(_run.Bob);
        var names = new SeededRandom("names");
        var replies = 0;
        for (var i = 0; i < Soak.Count(20_000, 1_000_000); i++)
        {
            names.Fill(hello.AsSpan(12, 32));
            if (Guard.Check(TunnelPeerId.Read(hello.AsSpan(12, 32)), hello, 0, default).Decision == HelloDecision.Reply) replies++;
        }

        // The notes of who was sent an ERROR are bounded too; whoever finds them full gets none.
        Assert.Equal(1024, replies);
        Assert.Equal((0L, 0), (Guard.SignatureChecks, Guard.Sources));
        Assert.Equal(HelloDecision.Accept, Check(_run.Alice.Begin(_run.Bob)).Decision);
    }

    [Fact]
    public void W8_sources_that_are_forgotten_do_not_become_fresh_again()
    {
        // Holders of one invitation under many names: each proves its MAC, none of them is a member.
        var invitations = new FakeInvitations();
        var everybody = new Everybody();
        using var guard = new HelloGuard(_run.Bob.Id, everybody, invitations, _run.Bob.Context.Suites, _run.Time, new SeededRandom("g"));
        everybody.Keys[_run.Alice.Id] = _run.Alice.Context.Key.PublicKey;
        _run.Time.Advance(TimeSpan.FromSeconds(1));
        var accepted = _run.Alice.Begin(_run.Bob);
        Assert.Equal(HelloDecision.Accept, guard.Check(_run.Alice.Id, accepted, 0, default).Decision);
        _run.Time.Advance(TimeSpan.FromSeconds(1));

        everybody.AcceptsAll = true;
        var hello = _run.Alice.Begin(_run.Bob);
        var names = new SeededRandom("more names");
        for (var i = 0; i < 9000; i++)
        {
            names.Fill(hello.AsSpan(12, 32));
            _ = guard.Check(TunnelPeerId.Read(hello.AsSpan(12, 32)), hello, 0, default);
        }

        Assert.Equal(8192, guard.Sources);
        Assert.Equal(HelloReason.CookieNeeded, guard.Check(_run.Alice.Id, accepted, 0, default).Reason);
    }

    [Fact]
    public void Nothing_before_the_signature_is_answered_with_more_than_60_bytes()
    {
        var run = new HandshakeRun();
        run.Bob.NewGuard();
        var sent = 0;
        var random = new Random(3);
        var hello = run.Alice.Begin(run.Bob);
        for (var i = 0; i < 2000; i++)
        {
            byte[] edited = [.. hello];
            edited[random.Next(random.Next(2) == 0 ? 148 : edited.Length)] ^= (byte)(1 << random.Next(8));
            var answer = run.Bob.Receive(run.Alice.Id, edited, out _);
            sent = Math.Max(sent, answer?.Length ?? 0);
            run.Time.Advance(TimeSpan.FromMilliseconds(500));
        }

        Assert.Equal(60, sent);
        Assert.Null(run.Bob.Responder);
    }

    [Fact]
    public void The_same_HELLO_again_gets_the_same_CHALLENGE_again()
    {
        var hello = _run.Alice.Begin(_run.Bob);
        var challenge = _run.Bob.Receive(_run.Alice.Id, hello, out _);
        var responder = _run.Bob.Responder;
        Assert.Equal(challenge, _run.Bob.Receive(_run.Alice.Id, hello, out _));
        Assert.Same(responder, _run.Bob.Responder);
        Assert.Equal(1, Guard.SignatureChecks);

        // A newer one takes its place.
        _run.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotEqual(challenge, _run.Bob.Receive(_run.Alice.Id, _run.Alice.Begin(_run.Bob), out _));
        Assert.Equal(HandshakeState.Ended, responder!.State);
    }

    [Fact]
    public void A_newcomer_comes_in_with_an_invitation_and_only_once()
    {
        var invitations = new FakeInvitations();
        var (run, newcomer) = Invited(invitations);
        using var proof = invitations.Proof;
        var messages = Shake(run, newcomer, proof, out var result);
        Assert.NotNull(result);
        Assert.Equal(invitations.Id, result.InvitationId);
        Assert.Equal(newcomer.Id, invitations.UsedBy);
        Assert.InRange(messages.Sum(m => m.Length + 36), 0, 25_000);

        // The same peer again: its answer may have been lost. Another: no.
        run.Time.Advance(TimeSpan.FromSeconds(5));
        Shake(run, newcomer, proof, out result);
        Assert.NotNull(result);
        var second = new TestMember("second newcomer", run.Time);
        var answer = run.Bob.Receive(second.Id, second.Begin(run.Bob, withKey: false, proof), out _);
        Assert.Equal(HelloReason.Invitation, run.Bob.LastReason);
        Assert.True(ErrorMessage.TryRead(answer, out var error));
        Assert.Equal(HandshakeErrorCode.Invitation, error.Code);
    }

    [Fact]
    public void W8_an_invitation_under_many_names_counts_as_one_source()
    {
        var invitations = new FakeInvitations();
        var (run, newcomer) = Invited(invitations);
        using var proof = invitations.Proof;
        for (var i = 0; i < 20; i++)
        {
            var name = new TestMember($"name {i}", run.Time);
            var answer = run.Bob.Receive(name.Id, name.Begin(run.Bob, withKey: false, proof), out _);
            Assert.Equal(i < 5 ? HelloReason.Authentic : HelloReason.TooMany, run.Bob.LastReason);
            Assert.Equal(i < 5, answer is not null);
        }

        Assert.Equal((5L, 5), (run.Bob.Guard.SignatureChecks, run.Bob.Guard.Sources));
        run.Time.Advance(TimeSpan.FromSeconds(1));
        _ = run.Bob.Receive(newcomer.Id, newcomer.Begin(run.Bob, withKey: false, proof), out _);
        Assert.Equal(HelloReason.Authentic, run.Bob.LastReason);

        // Members are not held up by it.
        run.Bob.Knows(run.Alice);
        _ = run.Bob.Receive(run.Alice.Id, run.Alice.Begin(run.Bob), out _);
        Assert.Equal(HelloReason.Authentic, run.Bob.LastReason);
    }

    [Fact]
    public void Of_two_newcomers_with_one_invitation_the_first_to_complete_gets_in()
    {
        var invitations = new FakeInvitations();
        var (run, first) = Invited(invitations);
        var second = new TestMember("second newcomer", run.Time);
        using var proof = invitations.Proof;
        var challenge = run.Bob.Receive(first.Id, first.Begin(run.Bob, withKey: false, proof), out _)!;
        var firstResponder = run.Bob.Responder!;
        var response = first.Receive(run.Bob.Id, challenge, out _)!;
        Assert.True(invitations.TryUse(invitations.Id, second.Id));
        Assert.Equal(HandshakeOutcome.Failed, firstResponder.Receive(response));
        Assert.Equal(HandshakeState.Ended, firstResponder.State);
    }

    [Fact]
    public void A_wrong_unknown_or_expired_invitation_is_refused_with_ERROR_5()
    {
        var invitations = new FakeInvitations();
        foreach (var (id, key, expired) in new[] { (invitations.Id, new byte[32], false), (new byte[16], invitations.Key, false), (invitations.Id, invitations.Key, true) })
        {
            invitations.IsExpired = expired;
            var (run, newcomer) = Invited(invitations);
            using var proof = new InvitationProof(id, key);
            var answer = run.Bob.Receive(newcomer.Id, newcomer.Begin(run.Bob, withKey: false, proof), out _);
            Assert.True(ErrorMessage.TryRead(answer, out var error));
            Assert.Equal(HandshakeErrorCode.Invitation, error.Code);
            Assert.Equal(0, run.Bob.Guard.SignatureChecks);
        }
    }

    [Fact]
    public void An_invitations_MAC_covers_the_whole_HELLO()
    {
        // Somebody who saw it puts it into a HELLO of his own, well signed.
        var invitations = new FakeInvitations();
        var (run, newcomer) = Invited(invitations);
        var thief = new TestMember("thief", run.Time);
        using var proof = invitations.Proof;
        using var wrong = new InvitationProof(invitations.Id, new byte[32]);
        var stolen = newcomer.Begin(run.Bob, withKey: false, proof).AsSpan(^(4691 + 32)..^4691).ToArray();
        var hello = thief.Begin(run.Bob, withKey: false, wrong);
        stolen.CopyTo(hello.AsSpan(hello.Length - 4691 - 32));
        thief.Context.Key.Sign(HandshakeLabels.Hello, hello.AsSpan(..^4691)).CopyTo(hello.AsSpan(^4691..));
        run.Bob.Receive(thief.Id, hello, out _);
        Assert.Equal(HelloReason.Invitation, run.Bob.LastReason);
    }

    private static (HandshakeRun Run, TestMember Newcomer) Invited(FakeInvitations invitations)
    {
        var run = new HandshakeRun(invitations: invitations);
        return (run, new TestMember("newcomer", run.Time));
    }

    private static List<byte[]> Shake(HandshakeRun run, TestMember newcomer, InvitationProof proof, out HandshakeResult? result)
    {
        var messages = new List<byte[]>();
        var outcome = HandshakeOutcome.None;
        byte[]? message = newcomer.Begin(run.Bob, withKey: false, proof);
        for (var toBob = true; message is not null; toBob = !toBob)
        {
            messages.Add(message);
            message = toBob ? run.Bob.Receive(newcomer.Id, message, out outcome) : newcomer.Receive(run.Bob.Id, message, out outcome);
        }

        result = outcome == HandshakeOutcome.Established ? run.Bob.Responder!.TakeResult() : null;
        return messages;
    }

    private HelloVerdict Check(byte[] hello) => Guard.Check(_run.Alice.Id, hello, 0, default);

    // When many are pending a fresh time is not enough.
    private HelloVerdict CheckCrowded(byte[] hello) => Guard.Check(_run.Alice.Id, hello, 65, default);

    private (byte[] First, byte[] Second) WithCookie(TestMember member)
    {
        _run.Time.Advance(TimeSpan.FromSeconds(2));
        var first = member.Begin(_run.Bob);
        var crowded = Guard.Check(member.Id, first, 65, default);
        Assert.Equal(HelloReason.CookieNeeded, crowded.Reason);
        Assert.Equal(HandshakeOutcome.Send, member.Initiator!.Receive(crowded.Reply));
        return (first, member.Initiator.Outgoing.ToArray());
    }

    private sealed class Everybody : IMembers
    {
        public Dictionary<TunnelPeerId, HybridPublicKey> Keys { get; } = [];

        public bool AcceptsAll { get; set; }

        public bool TryFind(TunnelPeerId peer, out HybridPublicKey? publicKey) => Keys.TryGetValue(peer, out publicKey) || AcceptsAll;
    }
}
