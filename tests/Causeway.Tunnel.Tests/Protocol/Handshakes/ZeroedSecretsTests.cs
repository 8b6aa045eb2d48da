using System.Security.Cryptography;
using Causeway.Cryptography.Secrets;
using Causeway.Cryptography.Tests.Secrets;
using Causeway.Tunnel.Protocol.Handshakes;
using Causeway.Tunnel.Protocol.Handshakes.Guarding;

namespace Causeway.Tunnel.Tests.Protocol.Handshakes;

/// <summary>W26: however a handshake ends, none of its secrets is left anywhere in the process. Looked for in all of its memory, not in our own variables.</summary>
public sealed class ZeroedSecretsTests
{
    /// <summary>How a handshake ends.</summary>
    public static TheoryData<string> Ends => ["completed", "given up", "timed out after HELLO", "timed out after RESPONSE", "ESTABLISHED forged", "encapsulation key invalid", "result not taken"];

    [Theory]
    [MemberData(nameof(Ends))]
    public void W26_no_secret_outlives_its_handshake(string end)
    {
        if (!OperatingSystem.IsLinux()) Requirement.Missing("Linux, to read the process's memory through /proc");

        // When the garbage collector stops a thread, the kernel writes the thread's registers to its stack, whatever they hold. On a busy machine that may hit the instant in
        // which they hold a secret; it will not do so three times, and what the code itself leaves behind is there every time.
        var copies = int.MaxValue;
        for (var attempt = 0; attempt < 3 && copies > 0; attempt++) copies = CountCopiesAfter(end);
        Assert.Equal(0, copies);
    }

    private static int CountCopiesAfter(string end)
    {
        var time = new ManualTimeProvider();
        using var drawn = new Draws();
        var alice = new TestMember("alice", time) { Context = new HandshakeContext(TestMember.KeyOf("alice"), time, drawn) };
        var bob = new TestMember("bob", time) { Context = new HandshakeContext(TestMember.KeyOf("bob"), time, drawn) };
        alice.Knows(bob);
        bob.Knows(alice);
        using (var guard = new HelloGuard(bob.Id, bob, null, bob.Context.Suites, time, new SeededRandom("g")))
        {
            time.Advance(TimeSpan.FromSeconds(1));
            var messages = Shake(alice, bob, guard, end, time, drawn);
            drawn.ForgetPublic(messages);
        }

        // X25519 twice, ML-KEM's d, z and m, and what hedges four signatures: what a handshake draws and does not show.
        Assert.InRange(drawn.Secrets.Count, end is "given up" or "timed out after HELLO" ? 1 : 4, 20);
        return drawn.Secrets.Sum(secret => secret.CountCopies());
    }

    private static List<byte[]> Shake(TestMember alice, TestMember bob, HelloGuard guard, string end, ManualTimeProvider time, Draws drawn)
    {
        using var initiator = new HandshakeInitiator(alice.Context, bob.Id, bob.Context.Key.PublicKey);
        var messages = new List<byte[]> { initiator.Outgoing.ToArray() };
        Assert.NotEqual(0, drawn.Secrets.Sum(s => s.CountCopies()));
        if (end == "given up") return messages;
        if (end == "timed out after HELLO")
        {
            time.Advance(TimeSpan.FromSeconds(10));
            Assert.Equal(HandshakeOutcome.Failed, initiator.OnTime());
            return messages;
        }

        using var responder = new HandshakeResponder(bob.Context, messages[0], guard.Check(alice.Id, messages[0], 0, default));
        messages.Add(responder.Outgoing.ToArray());
        if (end == "encapsulation key invalid")
        {
            byte[] edited = [.. messages[1]];
            edited.AsSpan(92, 3).Fill(0xff);
            var t2 = Causeway.Tunnel.Protocol.Handshakes.Keys.HandshakeTranscript.OfHello(messages[0]);
            t2.Absorb(edited.AsSpan(..^4691));
            bob.Context.Key.Sign("causeway tunnel challenge"u8, t2.Hash).CopyTo(edited.AsSpan(^4691..));
            Assert.Equal(HandshakeOutcome.Failed, initiator.Receive(edited));
            return messages;
        }

        Assert.Equal(HandshakeOutcome.Send, initiator.Receive(messages[1]));
        messages.Add(initiator.Outgoing.ToArray());
        Assert.Equal(HandshakeOutcome.Established, responder.Receive(messages[2]));
        if (end == "timed out after RESPONSE")
        {
            time.Advance(TimeSpan.FromSeconds(10));
            Assert.Equal(HandshakeOutcome.Failed, initiator.OnTime());
            return messages;
        }

        var established = responder.Outgoing.ToArray();
        if (end == "ESTABLISHED forged")
        {
            established[100] ^= 1;
            Assert.Equal(HandshakeOutcome.None, initiator.Receive(established));
            return messages;
        }

        Assert.Equal(HandshakeOutcome.Established, initiator.Receive(established));
        if (end == "result not taken") return messages;
        using var result = initiator.TakeResult();
        drawn.Watch(result.Secrets.EpochSecret);
        drawn.Watch(result.Secrets.Chain);
        drawn.Watch(result.Secrets.ResumeKey);
        return messages;
    }

    /// <summary>Random bytes, each of which it can find again without having kept it.</summary>
    private sealed class Draws : RandomSource, IDisposable
    {
        public List<ProcessMemory> Secrets { get; private set; } = [];

        public override void Fill(Span<byte> destination)
        {
            RandomNumberGenerator.Fill(destination);
            Span<byte> copy = stackalloc byte[32];
            for (var rest = destination; rest.Length >= 32; rest = rest[32..])
            {
                rest[..32].CopyTo(copy);
                Secrets.Add(new ProcessMemory(copy));
            }

            CryptographicOperations.ZeroMemory(copy);
        }

        public void Watch(SecretBytes secret)
        {
            Span<byte> copy = stackalloc byte[32];
            secret.Span[..32].CopyTo(copy);
            Secrets.Add(new ProcessMemory(copy));
            CryptographicOperations.ZeroMemory(copy);
        }

        /// <summary>Nonces are drawn too, and stand in the messages.</summary>
        public void ForgetPublic(List<byte[]> messages)
        {
            Span<byte> value = stackalloc byte[32];
            var secrets = new List<ProcessMemory>();
            foreach (var memory in Secrets)
            {
                memory.Unmask(value);
                var isPublic = false;
                foreach (var message in messages) isPublic |= message.AsSpan().IndexOf(value) >= 0;
                if (!isPublic) secrets.Add(memory);
            }

            CryptographicOperations.ZeroMemory(value);
            Secrets = secrets;
        }

        public void Dispose()
        {
            foreach (var memory in Secrets) memory.Dispose();
        }
    }
}
