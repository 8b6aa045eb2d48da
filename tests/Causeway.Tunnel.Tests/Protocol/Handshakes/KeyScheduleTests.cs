using System.Security.Cryptography;
using Causeway.Cryptography.Hybrid;
using Causeway.Cryptography.Secrets;
using Causeway.Tunnel.Protocol.Handshakes;
using Causeway.Tunnel.Protocol.Handshakes.Keys;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Sessions;

namespace Causeway.Tunnel.Tests.Protocol.Handshakes;

/// <summary>What goes into the keys, and what happens with what is wrong in spite of a true signature.</summary>
public sealed class KeyScheduleTests
{
    private static readonly TunnelPeerId I = TunnelPeerId.Read(SHA256.HashData("I"u8));
    private static readonly TunnelPeerId R = TunnelPeerId.Read(SHA256.HashData("R"u8));

    [Fact]
    public void W5_each_input_changes_the_secret()
    {
        byte[][] inputs = [Bytes(32, 1), Bytes(32, 2), Bytes(1568, 3), Bytes(1568, 4), Bytes(32, 5), Bytes(32, 6)];
        var context = Context(HandshakeTranscript.OfHello([1]), I, R, TunnelSuite.ChaCha20Poly1305);
        var secrets = new List<string> { Combine(inputs, context) };
        for (var i = 0; i < inputs.Length; i++)
        {
            inputs[i][^1] ^= 1;
            secrets.Add(Combine(inputs, context));
            inputs[i][^1] ^= 1;
        }

        secrets.Add(Combine(inputs, Context(HandshakeTranscript.OfHello([2]), I, R, TunnelSuite.ChaCha20Poly1305)));
        secrets.Add(Combine(inputs, Context(HandshakeTranscript.OfHello([1]), R, I, TunnelSuite.ChaCha20Poly1305)));
        secrets.Add(Combine(inputs, Context(HandshakeTranscript.OfHello([1]), I, I, TunnelSuite.ChaCha20Poly1305)));
        secrets.Add(Combine(inputs, Context(HandshakeTranscript.OfHello([1]), I, R, TunnelSuite.Aes256Gcm)));
        Assert.Equal(secrets.Count, secrets.Distinct().Count());
        Assert.Equal(secrets[0], Combine(inputs, context));
    }

    [Fact]
    public void W6_the_confirmations_of_the_two_sides_and_of_two_transcripts_differ()
    {
        using var keys = new HandshakeKeySchedule(TunnelSuite.ChaCha20Poly1305, new SecretBytes(Bytes(64, 1)));
        var (t, other) = (HandshakeTranscript.OfHello([1]), HandshakeTranscript.OfHello([2]));
        var confirmation = new byte[32];
        keys.WriteConfirmation(SessionRole.Initiator, t, confirmation);
        Assert.True(keys.VerifyConfirmation(SessionRole.Initiator, t, confirmation));
        Assert.False(keys.VerifyConfirmation(SessionRole.Responder, t, confirmation));
        Assert.False(keys.VerifyConfirmation(SessionRole.Initiator, other, confirmation));

        // Sealed by one side, opened as the other's, or in another transcript.
        var sealedData = new byte[10 + 16];
        keys.Seal(SessionRole.Initiator, t, new byte[10], sealedData);
        Assert.True(keys.TryOpen(SessionRole.Initiator, t, sealedData, new byte[10]));
        Assert.False(keys.TryOpen(SessionRole.Responder, t, sealedData, new byte[10]));
        Assert.False(keys.TryOpen(SessionRole.Initiator, other, sealedData, new byte[10]));
    }

    [Fact]
    public void Absorbing_keeps_parts_apart()
    {
        var (a, b) = (HandshakeTranscript.OfHello([1]), HandshakeTranscript.OfHello([1]));
        a.Absorb([2, 3]);
        a.Absorb([4]);
        b.Absorb([2]);
        b.Absorb([3, 4]);
        Assert.False(a.Hash.SequenceEqual(b.Hash));
        var fork = a.Fork();
        fork.Absorb([5]);
        Assert.False(a.Hash.SequenceEqual(fork.Hash));
    }

    [Fact]
    public void W25_an_encapsulation_key_that_FIPS_203_refuses_ends_the_attempt_even_if_it_is_signed()
    {
        var run = new HandshakeRun();
        run.Network = (from, m) => m[0] != 3 ? m : Resign(run, m, r => r.AsSpan(92, 3).Fill(0xff));
        run.Go();
        Assert.False(run.HasSession);
        Assert.Equal(HandshakeState.Ended, run.Alice.Initiator!.State);
        Assert.Equal(TimeSpan.MaxValue, run.Alice.Initiator.NextDeadline);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_key_of_small_order_ends_the_attempt_even_if_it_is_signed(byte point)
    {
        var run = new HandshakeRun();
        run.Network = (from, m) => m[0] != 3 ? m : Resign(run, m, r =>
        {
            r.AsSpan(60, 32).Clear();
            r[60] = point;
        });
        run.Go();
        Assert.False(run.HasSession);
        Assert.Equal(HandshakeState.Ended, run.Alice.Initiator!.State);

        // And at the responder, in HELLO.
        run = new HandshakeRun();
        run.Network = (from, m) =>
        {
            if (m[0] != 1) return m;
            m.AsSpan(116, 32).Clear();
            m[116] = point;
            run.Alice.Context.Key.Sign(HandshakeLabels.Hello, m.AsSpan(..^4691)).CopyTo(m.AsSpan(^4691..));
            return m;
        };
        run.Go();
        Assert.False(run.HasSession);
    }

    [Theory]
    [InlineData("nothing", HandshakeOutcome.Established)]
    [InlineData("session ID", HandshakeOutcome.Failed)]
    [InlineData("confirmation", HandshakeOutcome.Failed)]
    [InlineData("MTU", HandshakeOutcome.Failed)]
    [InlineData("heartbeat", HandshakeOutcome.Failed)]
    [InlineData("rotation", HandshakeOutcome.Failed)]
    [InlineData("padding", HandshakeOutcome.Failed)]
    public void W6_a_responder_that_seals_something_wrong_ends_the_attempt(string what, HandshakeOutcome expected)
    {
        var run = new HandshakeRun();
        using var bob = new HandmadeResponder(run.Bob.Context.Key, run.Alice.Begin(run.Bob));
        Assert.Equal(HandshakeOutcome.Send, run.Alice.Initiator!.Receive(bob.Challenge));
        var established = bob.Establish(run.Alice.Initiator.Outgoing.Span, proof =>
        {
            switch (what)
            {
                case "session ID": proof[0] ^= 1; break;
                case "confirmation": proof[16] ^= 1; break;
                case "MTU": proof[48 + 1]++; break;
                case "heartbeat": proof[48 + 3]++; break;
                case "rotation": proof[48 + 7]++; break;
                case "padding": proof[^1] = 1; break;
            }
        });
        Assert.Equal(expected, run.Alice.Initiator.Receive(established));
        Assert.Equal(expected == HandshakeOutcome.Established ? HandshakeState.Established : HandshakeState.Ended, run.Alice.Initiator.State);
    }

    private static byte[] Resign(HandshakeRun run, byte[] challenge, Action<byte[]> edit)
    {
        byte[] edited = [.. challenge];
        edit(edited);
        var transcript = HandshakeTranscript.OfHello(run.Sent[0].Message);
        transcript.Absorb(edited.AsSpan(..^4691));
        run.Bob.Context.Key.Sign(HandshakeLabels.Challenge, transcript.Hash).CopyTo(edited.AsSpan(^4691..));
        return edited;
    }

    private static byte[] Context(HandshakeTranscript t, TunnelPeerId initiator, TunnelPeerId responder, TunnelSuite suite)
    {
        var context = new byte[HandshakeKeySchedule.ContextSize];
        HandshakeKeySchedule.WriteContext(context, t, initiator, responder, suite);
        return context;
    }

    private static string Combine(byte[][] inputs, byte[] context)
    {
        var secret = new byte[64];
        HybridSecret.Combine(inputs[0], inputs[1], inputs[2], inputs[3], inputs[4], inputs[5], context, secret);
        return Convert.ToHexString(secret);
    }

    private static byte[] Bytes(int length, byte value) => [.. Enumerable.Repeat(value, length)];
}
