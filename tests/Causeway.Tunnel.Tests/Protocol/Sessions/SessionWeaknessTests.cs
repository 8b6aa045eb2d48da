using System.Buffers.Binary;
using System.Diagnostics;
using Causeway.Cryptography.Hybrid;
using Causeway.Cryptography.Kdf;
using Causeway.Cryptography.Secrets;
using Causeway.Cryptography.Tests.Secrets;
using Causeway.Tunnel.Protocol.Sessions;
using Causeway.Tunnel.Protocol.Sessions.Epochs;
using Causeway.Tunnel.Protocol.Sessions.Frames;
using Causeway.Tunnel.Protocol.Sessions.Rekeying;
using static Causeway.Tunnel.Tests.Protocol.Sessions.SessionPair;

namespace Causeway.Tunnel.Tests.Protocol.Sessions;

/// <summary>What was weak in designs before this one and concerns frames (docs/protocol/tunnel.md §9), each as an attack that fails.</summary>
public sealed class SessionWeaknessTests
{
    [Fact]
    public void W12_a_counter_cannot_be_rewritten_to_replay_a_frame_or_to_push_the_window_ahead()
    {
        using var pair = new SessionPair();
        var frame = Seal(pair.Initiator, new byte[14]);
        Assert.Equal(OpenStatus.Opened, Open(pair.Responder, frame));
        foreach (var counter in new ulong[] { 1, 2, 65_536, uint.MaxValue, (1UL << 33) - 1, 1UL << 33, ulong.MaxValue })
        {
            byte[] rewritten = [.. frame];
            BinaryPrimitives.WriteUInt64BigEndian(rewritten.AsSpan(8), counter);
            Assert.Equal(counter < 1UL << 33 ? OpenStatus.NotAuthentic : OpenStatus.Replayed, Open(pair.Responder, rewritten));
        }

        Assert.Equal(OpenStatus.Opened, Open(pair.Responder, Seal(pair.Initiator, new byte[14])));
    }

    [Fact]
    public void W13_frames_out_of_order_arrive_within_the_window_and_not_beyond()
    {
        using var pair = new SessionPair();
        var frames = Enumerable.Range(0, 65_540).Select(_ => Seal(pair.Initiator, new byte[14])).ToList();
        Assert.Equal(OpenStatus.Opened, Open(pair.Responder, frames[0]));
        Assert.Equal(OpenStatus.Opened, Open(pair.Responder, frames[65_539]));
        for (var i = 1; i <= 3; i++) Assert.Equal(OpenStatus.Replayed, Open(pair.Responder, frames[i]));
        foreach (var i in (int[])[4, 40_000, 5, 65_538, 20_000])
        {
            Assert.Equal(OpenStatus.Opened, Open(pair.Responder, frames[i]));
            Assert.Equal(OpenStatus.Replayed, Open(pair.Responder, frames[i]));
        }

        // Each direction counts for itself: the busy one does not make the other look old.
        Assert.Equal(OpenStatus.Opened, Open(pair.Initiator, Seal(pair.Responder, new byte[14])));
    }

    [Fact]
    public void W14_a_frame_reflected_to_its_sender_or_to_another_session_does_not_open()
    {
        using SessionPair pair = new(), other = new(seed: 2);
        var frame = Seal(pair.Initiator, new byte[14]);
        Assert.Equal(OpenStatus.NotAuthentic, Open(pair.Initiator, frame));
        Assert.Equal(OpenStatus.OtherSession, Open(other.Responder, frame));
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), other.Responder.Id.Tag);
        Assert.Equal(OpenStatus.NotAuthentic, Open(other.Responder, frame));
        Assert.Equal(OpenStatus.NotAuthentic, Open(other.Initiator, frame));
    }

    [Fact]
    public async Task W15_one_key_has_one_counter_however_many_threads_seal()
    {
        using var pair = new SessionPair();
        var payloads = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            Enumerable.Range(0, 500).Select(_ => Seal(pair.Initiator, new byte[14])).ToList())));
        var counters = payloads.SelectMany(p => p).Select(p => BinaryPrimitives.ReadUInt64BigEndian(p.AsSpan(8))).Order();
        Assert.Equal(Enumerable.Range(0, 2000).Select(i => (ulong)i), counters);
    }

    [Fact]
    public void W15_directions_epochs_and_sessions_share_no_key()
    {
        using SessionPair pair = new(), other = new(seed: 2);
        var sealedOnes = new List<byte[]>();
        foreach (var p in new[] { pair, other })
        {
            for (var epoch = 0; epoch < 2; epoch++)
            {
                // The plaintext and, within a pair of directions, the counter are the same; the keystream must not be.
                sealedOnes.Add(Seal(p.Initiator, new byte[64])[17..81]);
                sealedOnes.Add(Seal(p.Responder, new byte[64])[17..81]);
                RekeyTests.RunUntil(p, () => p.Initiator.Epoch == epoch + 1);
            }
        }

        Assert.Equal(8, sealedOnes.Select(Convert.ToHexString).Distinct().Count());
    }

    [Fact]
    public void W16_whoever_has_everything_of_one_epoch_cannot_read_the_next()
    {
        using var pair = new SessionPair();
        RekeyTests.RunUntil(pair, () => pair.Initiator.Epoch == 1);
        var next = Seal(pair.Initiator, new byte[14]);

        // The thief has the epoch secret and chain, and every byte that went over the wire: it reads all of epoch 0, REKEY and REKEY_ACK too.
        using var thief = new SessionEpochs(Secrets(SessionRole.Responder, TunnelSuite.ChaCha20Poly1305), EpochLimits.Default);
        using var thiefOfAnswers = new SessionEpochs(Secrets(SessionRole.Initiator, TunnelSuite.ChaCha20Poly1305), EpochLimits.Default);
        byte[]? rekey = null, ack = null;
        foreach (var (from, payload) in pair.Tapped.Where(t => EpochOf(t.Payload) == 0))
        {
            byte[] copy = [.. payload];
            Assert.Equal(OpenStatus.Opened, (from == pair.Initiator ? thief : thiefOfAnswers).Open(copy, 0, out _, out _));
            if (copy[16] == (byte)FrameKind.Rekey) rekey = copy[17..^16];
            if (copy[16] == (byte)FrameKind.RekeyAck) ack = copy[17..^16];
        }

        // It knows all that goes into the next keys but the two shared secrets: with wrong ones it opens nothing; with the right ones it would.
        var transcript = new byte[64];
        RekeySecret.HashRekey(pair.Initiator.Id, rekey, transcript);
        var combined = new byte[64];
        using var secret = new RekeySecret(transcript, rekey!, ack!);
        foreach (var guess in new byte[] { 1, 255 })
        {
            secret.Agreed.Fill(guess);
            secret.Encapsulated.Fill(guess);
            secret.Combine(thief.Chain, combined);
            using var attempt = new SessionEpochs(Secrets(SessionRole.Responder, TunnelSuite.ChaCha20Poly1305), EpochLimits.Default);
            attempt.Install(1, combined);
            Assert.Equal(OpenStatus.NotAuthentic, attempt.Open([.. next], 0, out _, out _));
        }

        Assert.Equal(OpenStatus.Opened, Open(pair.Responder, next));
    }

    [Theory]
    [InlineData(false, true, true)]
    [InlineData(true, false, false)]
    [InlineData(true, true, false)]
    public void W16_each_of_both_exchanges_and_the_chain_is_needed(bool sameAgreement, bool sameEncapsulation, bool sameChain)
    {
        var rekey = new byte[RekeyLayout.RekeySize];
        var ack = new byte[RekeyLayout.AckSize];
        byte[] one = Combine(1, 1, 1), two = Combine((byte)(sameAgreement ? 1 : 2), (byte)(sameEncapsulation ? 1 : 2), (byte)(sameChain ? 1 : 2));
        Assert.Equal(one, Combine(1, 1, 1));
        Assert.NotEqual(one, two);

        byte[] Combine(byte agreed, byte encapsulated, byte chain)
        {
            using var secret = new RekeySecret(new byte[64], rekey, ack);
            secret.Agreed.Fill(agreed);
            secret.Encapsulated.Fill(encapsulated);
            var combined = new byte[64];
            secret.Combine([.. Enumerable.Repeat(chain, 64)], combined);
            return combined;
        }
    }

    [Fact]
    public void W26_secrets_leave_the_memory_when_their_time_is_over()
    {
        if (!OperatingSystem.IsLinux()) Requirement.Missing("Linux, to read the process's memory through /proc");
        Span<byte> epochSecret = stackalloc byte[64], chain = stackalloc byte[64], key = stackalloc byte[44];
        RandomSource.System.Fill(epochSecret);
        RandomSource.System.Fill(chain);
        var id = SessionId.Read(Secret(1));
        ReadOnlySpan<byte> info = [.. "causeway tunnel 1 traffic initiator"u8, .. Secret(1)[..16], 0, 0];
        HkdfSha512.Expand(epochSecret, info, key);
        using var keyMemory = new ProcessMemory(key[..32]);
        using var secretMemory = new ProcessMemory(epochSecret);
        using var chainMemory = new ProcessMemory(chain);

        using var pair = new SessionPair(role => SecretsOf(role));
        Assert.Equal(0, secretMemory.CountCopies());
        Assert.Equal(2, chainMemory.CountCopies());
        Assert.NotEqual(0, keyMemory.CountCopies());

        RekeyTests.RunUntil(pair, () => pair.Initiator.Epoch == 1);
        Assert.Equal(0, chainMemory.CountCopies());
        Assert.NotEqual(0, keyMemory.CountCopies());
        pair.Pass(pair.Options.Grace);
        Assert.Equal(0, keyMemory.CountCopies());

        SessionSecrets SecretsOf(SessionRole role)
        {
            using SecretBytes e = new(64), c = new(64);
            secretMemory.Unmask(e.Span);
            chainMemory.Unmask(c.Span);
            return new SessionSecrets(role, TunnelSuite.ChaCha20Poly1305, id, e.Span, c.Span, new byte[32]);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void W26_the_end_of_a_session_zeroes_its_keys(bool byPeer)
    {
        if (!OperatingSystem.IsLinux()) Requirement.Missing("Linux, to read the process's memory through /proc");
        Span<byte> chain = stackalloc byte[64];
        RandomSource.System.Fill(chain);
        using var memory = new ProcessMemory(chain);
        using var pair = new SessionPair(role =>
        {
            using SecretBytes c = new(64);
            memory.Unmask(c.Span);
            return new SessionSecrets(role, TunnelSuite.Aes256Gcm, SessionId.Read(Secret(1)), Secret(1), c.Span, new byte[32]);
        });
        Assert.Equal(2, memory.CountCopies());
        pair.Initiator.Close(CloseReason.ShuttingDown);
        Assert.Equal(2, memory.CountCopies());
        var close = Assert.Single(Control(pair.Initiator));
        Assert.Equal(1, memory.CountCopies());
        if (byPeer) Assert.Equal(OpenStatus.Opened, Open(pair.Responder, close));
        else pair.Responder.Dispose();
        Assert.Equal(0, memory.CountCopies());
    }

    [Fact]
    public void W28_junk_is_dropped_on_the_spot_without_an_exception_or_an_allocation()
    {
        using var pair = new SessionPair();
        pair.Settle();
        var good = Seal(pair.Initiator, new byte[1500]);
        byte[] junk = [.. good], scratch = new byte[good.Length];
        junk[^1] ^= 1;
        int exceptions = 0, thread = Environment.CurrentManagedThreadId;
        void Count(object? sender, System.Runtime.ExceptionServices.FirstChanceExceptionEventArgs e)
        {
            if (Environment.CurrentManagedThreadId == thread) exceptions++;
        }

        AppDomain.CurrentDomain.FirstChanceException += Count;
        try
        {
            for (var i = 0; i < 100; i++) Drop();
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 10_000; i++) Drop();
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Count;
        }

        Assert.Equal(0, exceptions);
        Assert.Equal(10_100, pair.Responder.Dropped(OpenStatus.NotAuthentic));
        Assert.False(pair.Responder.HasControl);
        Assert.Equal(OpenStatus.Opened, Open(pair.Responder, good));

        void Drop()
        {
            junk.CopyTo(scratch, 0);
            if (pair.Responder.Open(scratch, out _) != OpenStatus.NotAuthentic) throw new UnreachableException();
        }
    }
}
