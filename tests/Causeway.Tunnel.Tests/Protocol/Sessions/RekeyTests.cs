using Causeway.Cryptography.Secrets;
using Causeway.Tunnel.Protocol.Sessions;
using Causeway.Tunnel.Protocol.Sessions.Epochs;
using Causeway.Tunnel.Protocol.Sessions.Frames;
using Causeway.Tunnel.Protocol.Sessions.Rekeying;
using static Causeway.Tunnel.Tests.Protocol.Sessions.SessionPair;

namespace Causeway.Tunnel.Tests.Protocol.Sessions;

public sealed class RekeyTests
{
    private const int RekeySize = RekeyLayout.RekeySize + FrameLayout.Overhead;
    private const int AckSize = RekeyLayout.AckSize + FrameLayout.Overhead;
    private const int EmptySize = FrameLayout.Overhead;

    // Heartbeats so rare that only messages of the rekey are seen.
    private static readonly SessionParameters Rare = Parameters with { HeartbeatInterval = TimeSpan.FromSeconds(300) };

    public static TheoryData<TunnelSuite> Suites => [TunnelSuite.ChaCha20Poly1305, TunnelSuite.Aes256Gcm];

    [Theory]
    [MemberData(nameof(Suites))]
    public void Both_ends_come_to_the_same_new_keys_within_the_interval(TunnelSuite suite)
    {
        using var pair = new SessionPair(suite, parameters: Rare);
        pair.Pass(TimeSpan.FromSeconds(53.5));
        Assert.Equal(0, pair.Initiator.Epoch);
        pair.Pass(TimeSpan.FromSeconds(6.5));
        AssertEpoch(pair, 1);
        Assert.Equal([RekeySize, AckSize, EmptySize, 73, 73], pair.Tapped.Where(t => EpochOf(t.Payload) == 1 || t.Payload.Length > 1000).Select(t => t.Payload.Length));
        for (var epoch = 2; epoch < 5; epoch++)
        {
            pair.Pass(TimeSpan.FromSeconds(60));
            AssertEpoch(pair, epoch);
        }
    }

    [Fact]
    public void Frames_on_their_way_while_the_epoch_changes_all_arrive()
    {
        using var pair = new SessionPair();
        var late = new List<(Session To, byte[] Payload)>();
        pair.Pass(TimeSpan.FromSeconds(60), (_, _) =>
        {
            // Around every control frame each side sends one of its own, which arrives long after.
            late.Add((pair.Responder, Seal(pair.Initiator, new byte[14])));
            late.Add((pair.Initiator, Seal(pair.Responder, new byte[14])));
            return false;
        });
        AssertEpoch(pair, 1);
        Assert.Contains(late, l => EpochOf(l.Payload) == 0);
        Assert.Contains(late, l => EpochOf(l.Payload) == 1);
        late.Reverse();
        Assert.All(late, l => Assert.Equal(OpenStatus.Opened, Open(l.To, l.Payload)));
        Assert.All(late, l => Assert.Equal(OpenStatus.Replayed, Open(l.To, l.Payload)));
    }

    [Fact]
    public void Nothing_of_the_old_epoch_is_opened_after_the_grace()
    {
        using var pair = new SessionPair();
        byte[] early = Seal(pair.Initiator, new byte[14]), alsoEarly = Seal(pair.Initiator, new byte[14]);
        byte[] back = Seal(pair.Responder, new byte[14]), alsoBack = Seal(pair.Responder, new byte[14]);
        RunUntil(pair, () => pair.Initiator.Epoch == 1);
        Assert.Equal(2, pair.Initiator.Epochs.Alive);
        pair.Time.Advance(TimeSpan.FromSeconds(30) - TimeSpan.FromTicks(1));
        Assert.Equal(OpenStatus.Opened, Open(pair.Responder, early));
        Assert.Equal(OpenStatus.Opened, Open(pair.Initiator, back));

        // Even before anybody calls OnTime.
        pair.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(OpenStatus.UnknownEpoch, Open(pair.Responder, alsoEarly));
        Assert.Equal(OpenStatus.UnknownEpoch, Open(pair.Initiator, alsoBack));
        pair.OnTime();
        Assert.Equal(1, pair.Initiator.Epochs.Alive);
        Assert.Equal(1, pair.Responder.Epochs.Alive);
    }

    [Theory]
    [InlineData(RekeySize)]
    [InlineData(AckSize)]
    [InlineData(EmptySize)]
    public void A_lost_message_is_repeated_after_two_seconds(int size)
    {
        using var pair = new SessionPair(parameters: Rare);
        var seen = new List<DateTimeOffset>();
        pair.Pass(TimeSpan.FromSeconds(70), (_, payload) =>
        {
            if (payload.Length != size) return false;
            seen.Add(pair.Time.GetUtcNow());
            return seen.Count <= 3;
        });
        AssertEpoch(pair, 1);
        Assert.Equal(4, seen.Count);
        for (var i = 1; i < seen.Count; i++) Assert.Equal(TimeSpan.FromSeconds(2), seen[i] - seen[i - 1]);
    }

    [Fact]
    public void A_repetition_gets_the_same_answer()
    {
        using var pair = new SessionPair();
        pair.Pass(TimeSpan.FromSeconds(62), (_, payload) => payload.Length == AckSize);
        Assert.Equal(0, pair.Initiator.Epoch);
        using var reader = new SessionEpochs(Secrets(SessionRole.Responder, TunnelSuite.ChaCha20Poly1305), EpochLimits.Default);
        using var otherReader = new SessionEpochs(Secrets(SessionRole.Initiator, TunnelSuite.ChaCha20Poly1305), EpochLimits.Default);
        var rekeys = pair.Tapped.Where(t => t.Payload.Length == RekeySize).Select(t => Body(reader, t.Payload)).ToList();
        var answers = pair.Tapped.Where(t => t.Payload.Length == AckSize).Select(t => Body(otherReader, t.Payload)).ToList();
        Assert.True(rekeys.Count > 1 && answers.Count == rekeys.Count);
        Assert.All(rekeys, r => Assert.Equal(rekeys[0], r));
        Assert.All(answers, a => Assert.Equal(answers[0], a));
        pair.Pass(TimeSpan.FromSeconds(3));
        AssertEpoch(pair, 1);
    }

    [Fact]
    public void The_old_epoch_stays_until_the_responder_was_heard_in_the_new_one()
    {
        using var pair = new SessionPair(parameters: Rare);
        var lost = 0;
        pair.Pass(TimeSpan.FromSeconds(110), (from, payload) => from == pair.Initiator && EpochOf(payload) == 1 && ++lost > 0);
        Assert.True(lost > 20);
        Assert.Equal((0, 0), (pair.Initiator.Epoch, pair.Responder.Epoch));
        Assert.Equal(OpenStatus.Opened, Open(pair.Initiator, Seal(pair.Responder, new byte[14])));
        Assert.Equal(OpenStatus.Opened, Open(pair.Responder, Seal(pair.Initiator, new byte[14])));
        pair.Pass(TimeSpan.FromSeconds(2));
        AssertEpoch(pair, 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Frames_near_the_limit_bring_a_new_epoch_whoever_sends_them(bool initiatorSends)
    {
        using var pair = new SessionPair(options: new SessionOptions { Limits = new EpochLimits { Frames = 800 } });
        pair.Settle();
        var sender = initiatorSends ? pair.Initiator : pair.Responder;
        for (var i = 0; i < 4000; i++)
        {
            Assert.Equal(OpenStatus.Opened, Open(pair.Other(sender), Seal(sender, new byte[14])));
            pair.Settle();
            if (i % 1000 == 999) pair.Pass(TimeSpan.FromSeconds(31));
        }

        Assert.InRange(pair.Initiator.Epoch, 4, 6);
        AssertEpoch(pair, pair.Initiator.Epoch);
    }

    [Fact]
    public void The_responder_asks_when_only_it_knows_of_a_limit()
    {
        using var pair = new SessionPair(options: new SessionOptions { Limits = new EpochLimits { Bytes = 16_000 } });
        pair.Settle();
        for (var i = 0; i < 10; i++) _ = Seal(pair.Responder, new byte[1500]);
        Assert.True(pair.Responder.HasControl);
        pair.Settle();
        Assert.Contains(pair.Tapped, t => t.From == pair.Responder && t.Payload.Length == EmptySize);
        AssertEpoch(pair, 1);
    }

    [Fact]
    public void A_request_that_was_lost_is_repeated()
    {
        using var pair = new SessionPair(options: new SessionOptions { Limits = new EpochLimits { Bytes = 16_000 } });
        pair.Settle();
        for (var i = 0; i < 10; i++) _ = Seal(pair.Responder, new byte[1500]);
        pair.Settle((_, _) => true);
        Assert.Equal(0, pair.Initiator.Epoch);
        pair.Pass(TimeSpan.FromSeconds(2));
        AssertEpoch(pair, 1);
    }

    [Fact]
    public void A_sender_without_a_new_epoch_stops_at_twice_the_limit()
    {
        using var pair = new SessionPair(options: new SessionOptions { Limits = new EpochLimits { Frames = 100 } });
        var sealedFrames = 0;
        while (pair.Initiator.Seal(FrameKind.Frame, Payload(new byte[14])) == SealStatus.Sealed) sealedFrames++;
        Assert.Equal(200, sealedFrames);
        Assert.Equal(SealStatus.Exhausted, pair.Initiator.Seal(FrameKind.Frame, Payload(new byte[14])));
        Assert.True(pair.Initiator.NeedsHandshake);
    }

    [Fact]
    public void After_the_last_epoch_a_new_handshake_is_needed_and_no_number_comes_twice()
    {
        using var pair = new SessionPair(options: new SessionOptions { LastEpoch = 2 });
        pair.Pass(TimeSpan.FromSeconds(125));
        AssertEpoch(pair, 2);
        Assert.False(pair.Initiator.NeedsHandshake);
        pair.Pass(TimeSpan.FromSeconds(120));
        AssertEpoch(pair, 2);
        Assert.True(pair.Initiator.NeedsHandshake);
        Assert.True(pair.Responder.NeedsHandshake);
        Assert.Equal(SessionState.Open, pair.Initiator.State);
        Assert.Equal(OpenStatus.Opened, Open(pair.Responder, Seal(pair.Initiator, new byte[14])));
        Assert.Equal(65_535, new SessionOptions().LastEpoch);
    }

    [Fact]
    public void Rekeys_wait_until_only_one_epoch_lives()
    {
        using var pair = new SessionPair(options: new SessionOptions { Grace = TimeSpan.FromSeconds(200) });
        for (var i = 0; i < 1200; i++)
        {
            pair.Pass(TimeSpan.FromSeconds(0.5));
            Assert.InRange(pair.Initiator.Epochs.Alive, 1, 2);
            Assert.InRange(pair.Responder.Epochs.Alive, 1, 2);
        }

        AssertEpoch(pair, 3);
    }

    [Fact]
    public void Messages_of_the_wrong_side_or_epoch_change_nothing()
    {
        using var pair = new SessionPair();
        pair.Settle();
        using var asResponder = new SessionEpochs(Secrets(SessionRole.Responder, TunnelSuite.ChaCha20Poly1305), EpochLimits.Default);
        using var asInitiator = new SessionEpochs(Secrets(SessionRole.Initiator, TunnelSuite.ChaCha20Poly1305), EpochLimits.Default);
        for (var i = 0; i < 10; i++) _ = Sealed(asInitiator, FrameKind.RekeyDone, []);
        for (var i = 0; i < 10; i++) _ = Sealed(asResponder, FrameKind.RekeyDone, []);
        foreach (var kind in new[] { FrameKind.Rekey, FrameKind.RekeyAck, FrameKind.RekeyDone, FrameKind.RekeyRequest })
        {
            var size = kind switch { FrameKind.Rekey => RekeyLayout.RekeySize, FrameKind.RekeyAck => RekeyLayout.AckSize, _ => 0 };
            foreach (byte epoch in new byte[] { 0, 1, 2 })
            {
                var body = new byte[size];
                if (size > 0) body[1] = epoch;
                if (kind != FrameKind.RekeyRequest) Assert.Equal(OpenStatus.Opened, Open(pair.Initiator, Sealed(asResponder, kind, body)));
                if (kind != FrameKind.Rekey || epoch != 1) Assert.Equal(OpenStatus.Opened, Open(pair.Responder, Sealed(asInitiator, kind, body)));
            }
        }

        Assert.False(pair.Initiator.HasWork);
        Assert.False(pair.Responder.HasWork);
        pair.Settle();
        AssertEpoch(pair, 0);
    }

    [Fact]
    public void A_thief_of_the_session_keys_cannot_put_its_own_exchange_in_between()
    {
        using var pair = new SessionPair();
        pair.Settle();
        using var asInitiator = new SessionEpochs(Secrets(SessionRole.Initiator, TunnelSuite.ChaCha20Poly1305), EpochLimits.Default);
        using var asResponder = new SessionEpochs(Secrets(SessionRole.Responder, TunnelSuite.ChaCha20Poly1305), EpochLimits.Default);
        for (var i = 0; i < 100; i++) _ = Sealed(asInitiator, FrameKind.RekeyDone, []);
        for (var i = 0; i < 100; i++) _ = Sealed(asResponder, FrameKind.RekeyDone, []);

        // REKEY signed with the thief's own key, and with the victim's own (a reflection).
        foreach (var thief in new[] { Causeway.Cryptography.Hybrid.HybridSigningKey.Generate(), ResponderKey })
        {
            using var offer = RekeyOffer.Create(pair.Initiator.Id, 1, thief, RandomSource.System);
            Assert.Equal(OpenStatus.Opened, Open(pair.Responder, Sealed(asInitiator, FrameKind.Rekey, offer.Body)));
            Assert.True(pair.Responder.HasWork);
            pair.Settle();
            Assert.DoesNotContain(pair.Tapped, t => t.From == pair.Responder && t.Payload.Length == AckSize);

            // Verifying costs time: another attempt is not even looked at for a second.
            Assert.Equal(OpenStatus.Opened, Open(pair.Responder, Sealed(asInitiator, FrameKind.Rekey, offer.Body)));
            Assert.False(pair.Responder.HasWork);
            pair.Time.Advance(TimeSpan.FromSeconds(1));
        }

        // REKEY_ACK likewise; the right one is still taken after it.
        while (!pair.Initiator.HasWork)
        {
            pair.Time.Advance(TimeSpan.FromSeconds(1));
            pair.OnTime();
            if (!pair.Initiator.HasWork) pair.Settle();
        }

        pair.Initiator.RunWork();
        var rekey = Control(pair.Initiator).Single(p => p.Length == RekeySize);
        using var reader = new SessionEpochs(Secrets(SessionRole.Responder, TunnelSuite.ChaCha20Poly1305), EpochLimits.Default);
        var stolen = Body(reader, rekey);
        using (var answer = RekeyAnswer.Create(
            pair.Initiator.Id, stolen, Causeway.Cryptography.Hybrid.HybridSigningKey.Generate(), InitiatorKey.PublicKey, RandomSource.System))
        {
            Assert.Equal(OpenStatus.Opened, Open(pair.Initiator, Sealed(asResponder, FrameKind.RekeyAck, answer!.Body)));
            pair.Initiator.RunWork();
            Assert.False(pair.Initiator.HasControl);

            // Here, too, another one is not even looked at for a second.
            Assert.Equal(OpenStatus.Opened, Open(pair.Initiator, Sealed(asResponder, FrameKind.RekeyAck, answer.Body)));
            Assert.False(pair.Initiator.HasWork);
        }

        Assert.Equal(OpenStatus.Opened, Open(pair.Responder, rekey));
        pair.Pass(TimeSpan.FromSeconds(2));
        AssertEpoch(pair, 1);
    }

    [Theory]
    [InlineData(RekeySize)]
    [InlineData(AckSize)]
    public void Whoever_lets_everything_pass_but_rekeys_does_not_keep_the_keys(int size)
    {
        // A thief of the keys in the middle can tell these frames from others; without the keys their length tells.
        using var pair = new SessionPair();
        bool Lose(Session from, byte[] payload) => payload.Length == size;
        pair.Pass(TimeSpan.FromSeconds(119), Lose);
        Assert.False(pair.Initiator.NeedsHandshake || pair.Responder.NeedsHandshake);
        pair.Pass(TimeSpan.FromSeconds(1), Lose);
        Assert.True(pair.Initiator.NeedsHandshake && pair.Responder.NeedsHandshake);

        // Three intervals, and three of heartbeats.
        pair.Pass(TimeSpan.FromSeconds(149.5), Lose);
        AssertEpoch(pair, 0);
        pair.Pass(TimeSpan.FromSeconds(0.5), Lose);
        Assert.Equal((SessionState.Dead, SessionState.Dead), (pair.Initiator.State, pair.Responder.State));
        Assert.Equal(0, pair.Initiator.Epochs.Alive + pair.Responder.Epochs.Alive);
    }

    [Fact]
    public void A_rekey_that_comes_late_is_enough()
    {
        using var pair = new SessionPair();
        pair.Pass(TimeSpan.FromSeconds(265), (_, payload) => payload.Length == RekeySize);
        pair.Pass(TimeSpan.FromSeconds(200));
        Assert.Equal(SessionState.Open, pair.Initiator.State);
        Assert.True(pair.Initiator.Epoch >= 3);
        AssertEpoch(pair, pair.Initiator.Epoch);
    }

    [Fact]
    public void An_initiator_in_a_hurry_does_not_make_the_responder_sign_all_the_time()
    {
        using var pair = new SessionPair();
        RunUntil(pair, () => pair.Initiator.Epoch == 1);
        using var offer = RekeyOffer.Create(pair.Initiator.Id, 2, InitiatorKey, RandomSource.System);
        Assert.Equal(OpenStatus.Opened, Open(pair.Responder, Sealed(pair.Initiator.Epochs, FrameKind.Rekey, offer.Body)));
        Assert.False(pair.Responder.HasWork);
        pair.Time.Advance(TimeSpan.FromSeconds(14));
        Assert.Equal(OpenStatus.Opened, Open(pair.Responder, Sealed(pair.Initiator.Epochs, FrameKind.Rekey, offer.Body)));
        Assert.False(pair.Responder.HasWork);
        pair.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(OpenStatus.Opened, Open(pair.Responder, Sealed(pair.Initiator.Epochs, FrameKind.Rekey, offer.Body)));
        Assert.True(pair.Responder.HasWork);
    }

    [Fact]
    public void Computing_a_rekey_holds_up_no_frame()
    {
        using var random = new BlockingRandom();
        using var pair = new SessionPair(responderRandom: random);
        pair.Settle();
        while (!pair.Responder.HasWork)
        {
            pair.Time.Advance(TimeSpan.FromSeconds(1));
            pair.OnTime();
            pair.Initiator.RunWork();
            foreach (var payload in Control(pair.Initiator)) _ = Open(pair.Responder, payload);
        }

        random.Block();
        var work = new Thread(pair.Responder.RunWork);
        work.Start();
        random.WaitUntilAsked();
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(OpenStatus.Opened, Open(pair.Responder, Seal(pair.Initiator, new byte[14])));
            Assert.Equal(OpenStatus.Opened, Open(pair.Initiator, Seal(pair.Responder, new byte[14])));
            pair.Responder.OnTime();
            _ = Control(pair.Responder);
            pair.Responder.RunWork();
        }

        random.Release();
        work.Join();
        pair.Settle();
        AssertEpoch(pair, 1);
    }

    [Fact]
    public void A_session_may_end_while_a_rekey_is_computed()
    {
        using var random = new BlockingRandom();
        using var pair = new SessionPair(responderRandom: random);
        pair.Settle();
        while (!pair.Responder.HasWork)
        {
            pair.Time.Advance(TimeSpan.FromSeconds(1));
            pair.OnTime();
            pair.Initiator.RunWork();
            foreach (var payload in Control(pair.Initiator)) _ = Open(pair.Responder, payload);
        }

        random.Block();
        var work = new Thread(pair.Responder.RunWork);
        work.Start();
        random.WaitUntilAsked();
        pair.Responder.Dispose();
        random.Release();
        work.Join();
        Assert.False(pair.Responder.HasWork);
        Assert.False(pair.Responder.HasControl);
        Assert.Equal(0, pair.Responder.Epochs.Alive);
    }

    internal static void AssertEpoch(SessionPair pair, int epoch)
    {
        Assert.Equal((epoch, epoch), (pair.Initiator.Epoch, pair.Responder.Epoch));
        foreach (var from in new[] { pair.Initiator, pair.Responder })
        {
            var payload = Seal(from, new byte[14]);
            Assert.Equal(epoch, EpochOf(payload));
            Assert.Equal(OpenStatus.Opened, Open(pair.Other(from), payload));
        }
    }

    internal static void RunUntil(SessionPair pair, Func<bool> condition)
    {
        for (var i = 0; i < 1000 && !condition(); i++) pair.Pass(TimeSpan.FromSeconds(0.5));
        Assert.True(condition());
    }

    private static byte[] Sealed(SessionEpochs epochs, FrameKind kind, byte[] body)
    {
        var payload = Payload(body);
        Assert.Equal(SealStatus.Sealed, epochs.Seal(kind, payload, out _));
        return payload;
    }

    private static byte[] Body(SessionEpochs epochs, byte[] payload)
    {
        byte[] copy = [.. payload];
        Assert.Equal(OpenStatus.Opened, epochs.Open(copy, 0, out _, out _));
        return copy[FrameLayout.BodyOffset..^FrameLayout.TagSize];
    }

    private sealed class BlockingRandom : RandomSource, IDisposable
    {
        private readonly ManualResetEventSlim _asked = new();
        private readonly ManualResetEventSlim _free = new(initialState: true);

        internal void Block() => _free.Reset();

        internal void Release() => _free.Set();

        internal void WaitUntilAsked() => _asked.Wait();

        public override void Fill(Span<byte> destination)
        {
            if (!_free.IsSet)
            {
                _asked.Set();
                _free.Wait();
            }

            System.Fill(destination);
        }

        public void Dispose()
        {
            _asked.Dispose();
            _free.Dispose();
        }
    }
}
