using Causeway.Tunnel.Protocol.Sessions;
using Causeway.Tunnel.Protocol.Sessions.Epochs;
using Causeway.Tunnel.Protocol.Sessions.Frames;
using static Causeway.Tunnel.Tests.Protocol.Sessions.SessionPair;

namespace Causeway.Tunnel.Tests.Protocol.Sessions;

/// <summary>Bytes of strangers open nothing; bytes of a peer that lies break nothing.</summary>
public sealed class SessionFuzzTests
{
    [Fact]
    public void No_alteration_of_frames_opens_or_changes_anything()
    {
        using var pair = new SessionPair();
        pair.Settle();
        var random = new Random(3);
        byte[][] originals = [.. Enumerable.Range(0, 20).Select(i => Seal(pair.Initiator, new byte[14 + (i * 7)]))];
        var before = pair.Responder.Statistics.OpenedFrames;
        var count = Soak.Count(20_000, 1_000_000);
        for (var i = 0; i < count; i++)
        {
            var original = originals[random.Next(originals.Length)];
            var payload = Alter(original, originals[random.Next(originals.Length)], random);
            if (originals.Any(o => o.AsSpan().SequenceEqual(payload))) continue;
            Assert.NotEqual(OpenStatus.Opened, Open(pair.Responder, payload));
        }

        Assert.Equal(before, pair.Responder.Statistics.OpenedFrames);
        Assert.False(pair.Responder.HasControl);
        Assert.False(pair.Responder.HasWork);
        Assert.All(originals, o => Assert.Equal(OpenStatus.Opened, Open(pair.Responder, o)));
    }

    [Fact]
    public void No_bytes_at_all_are_an_error_to_the_decoders()
    {
        var random = new Random(4);
        byte[] buffer = new byte[700], written = new byte[FrameLayout.HeaderSize];
        var count = Soak.Count(50_000, 1_000_000);
        for (var i = 0; i < count; i++)
        {
            var bytes = buffer.AsSpan(0, random.Next(buffer.Length));
            random.NextBytes(bytes);
            if (bytes.Length > 2 && random.Next(2) == 0) (bytes[0], bytes[1]) = (FrameLayout.Type, 0);
            if (FrameHeader.TryRead(bytes, out var header))
            {
                header.CopyTo(written);
                Assert.True(bytes.StartsWith(written));
            }

            if (bytes.Length > 2) (bytes[0], bytes[1]) = ((byte)random.Next(20), (byte)random.Next(40));
            foreach (var kind in Kinds) _ = FrameBody.IsWellFormed(kind, bytes, Parameters);
        }
    }

    // A peer seals whatever it likes: its keys are right, and nothing else.
    [Fact]
    public void A_peer_that_lies_only_ends_its_own_session()
    {
        var random = new Random(5);
        var runs = Soak.Count(40, 3000);
        for (var run = 0; run < runs; run++)
        {
            using var pair = new SessionPair();
            var role = run % 2 == 0 ? SessionRole.Responder : SessionRole.Initiator;
            var victim = role == SessionRole.Responder ? pair.Initiator : pair.Responder;
            using var liar = new SessionEpochs(Secrets(role, TunnelSuite.ChaCha20Poly1305), EpochLimits.Default);
            for (var i = 0; i < 300 && victim.State == SessionState.Open; i++)
            {
                var kind = random.Next(8) == 0 ? (FrameKind)random.Next(256) : Kinds[random.Next(Kinds.Length)];
                if (kind == FrameKind.Close && random.Next(10) > 0) continue;
                var body = new byte[kind switch
                {
                    FrameKind.Rekey => 6325,
                    FrameKind.RekeyAck => 6293,
                    FrameKind.Heartbeat or FrameKind.HeartbeatAck => 40,
                    FrameKind.Close => 1,
                    _ => random.Next(3) == 0 ? 0 : random.Next(200),
                }];
                random.NextBytes(body);
                if (body.Length > 6000) (body[0], body[1]) = (0, (byte)random.Next(3));
                if (body.Length > 0 && random.Next(2) == 0) body[0] = (byte)random.Next(3);
                var payload = Payload(body);
                _ = liar.Seal(kind, payload, out _);
                var status = victim.Open(payload, out var opened);
                Assert.True(status is OpenStatus.Opened or OpenStatus.BadBody);
                if (status == OpenStatus.Opened) Assert.True(FrameBody.IsWellFormed(kind, opened.Body, Parameters));
                if (random.Next(4) == 0)
                {
                    pair.Time.Advance(TimeSpan.FromSeconds(random.Next(10)));
                    victim.OnTime();
                    victim.RunWork();
                }

                _ = Control(victim);
                Assert.Equal(0, victim.Epoch);
            }
        }
    }

    private static FrameKind[] Kinds => Enum.GetValues<FrameKind>();

    private static byte[] Alter(byte[] original, byte[] other, Random random)
    {
        byte[] altered = [.. original];
        switch (random.Next(6))
        {
            case 0:
                altered[random.Next(altered.Length)] ^= (byte)(1 << random.Next(8));
                return altered;
            case 1:
                return altered[..random.Next(altered.Length)];
            case 2:
                return [.. altered, (byte)random.Next(256)];
            case 3:
                // The header of one, the rest of another.
                return [.. original[..16], .. other[16..]];
            case 4:
                random.NextBytes(altered.AsSpan(random.Next(altered.Length)));
                return altered;
            default:
                random.NextBytes(altered.AsSpan(random.Next(16), random.Next(8)));
                return altered;
        }
    }
}
