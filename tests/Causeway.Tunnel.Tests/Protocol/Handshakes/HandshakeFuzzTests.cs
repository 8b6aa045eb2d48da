using System.Net;
using Causeway.Tunnel.Protocol.Handshakes;
using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Tunnel.Tests.Protocol.Handshakes;

/// <summary>Every decoder against hostile bytes: none throws, and what one accepts it writes back byte for byte. Then whole sequences against both state machines.</summary>
public sealed class HandshakeFuzzTests
{
    private static readonly byte[][] Genuine = [.. new HandshakeRun().Go().Sent.Select(s => s.Message), .. WithKeys()];

    private static int Runs => Soak.Count(40_000, 1_000_000);

    [Fact]
    public void Messages()
    {
        var random = new Random(1);
        var accepted = 0;
        byte[][] samples = [.. Genuine, new ErrorMessage(HandshakeErrorCode.Busy, 7).ToArray()];
        for (var i = 0; i < Runs; i++)
        {
            var input = Mutate(random, samples[random.Next(samples.Length)]);
            if (input.Length == 0) continue;
            if (HelloMessage.TryRead(input, out var hello))
            {
                accepted++;
                var back = new byte[hello.Size];
                var proofs = hello.WriteBeforeProofs(back);
                hello.InvitationMac.CopyTo(back.AsSpan(proofs));
                hello.Signature.CopyTo(back.AsSpan(^4691..));
                Assert.True(back.AsSpan().SequenceEqual(input));
            }
            else if (RetryMessage.TryRead(input, out var retry))
            {
                accepted++;
                Assert.True(retry.ToArray().AsSpan().SequenceEqual(input));
            }
            else if (ChallengeMessage.TryRead(input, out var challenge))
            {
                accepted++;
                var back = new byte[challenge.Size];
                challenge.Signature.CopyTo(back.AsSpan(challenge.WriteUnsigned(back)));
                Assert.True(back.AsSpan().SequenceEqual(input));
            }
            else if (ResponseMessage.TryRead(input, out var response))
            {
                accepted++;
                Assert.Equal(input.Length, response.Clear.Length + response.Sealed.Length);
            }
            else if (EstablishedMessage.TryRead(input, out var established))
            {
                accepted++;
                Assert.Equal(576, established.Sealed.Length);
            }
            else if (ErrorMessage.TryRead(input, out var error))
            {
                accepted++;
                Assert.True(error.ToArray().AsSpan().SequenceEqual(input));
            }
        }

        Assert.InRange(accepted, Runs / 10, Runs);
    }

    [Fact]
    public void Parameters()
    {
        var random = new Random(2);
        var valid = new byte[HandshakeParameters.Size];
        new HandshakeParameters
        {
            ObservedAddress = IPEndPoint.Parse("192.0.2.1:1"),
            SupportsDirect = true,
            ListenerCertificateHash = [.. Enumerable.Repeat((byte)1, 32)],
            Candidates = [.. Enumerable.Range(1, 5).Select(i => new Candidate((CandidateKind)i, IPEndPoint.Parse($"[2001:db8::{i}]:{i}")))],
        }.Write(valid);
        var back = new byte[HandshakeParameters.Size];
        var accepted = 0;
        for (var i = 0; i < Runs; i++)
        {
            var input = random.Next(3) == 0 ? Mutate(random, valid) : [.. valid];
            if (input.Length == valid.Length)
            {
                for (var edits = random.Next(3); edits > 0; edits--) input[random.Next(170)] = (byte)random.Next(random.Next(2) == 0 ? 8 : 256);
            }

            if (!HandshakeParameters.TryRead(input, out var parameters)) continue;
            accepted++;
            parameters.Write(back);
            Assert.True(back.AsSpan().SequenceEqual(input));
        }

        Assert.InRange(accepted, Runs / 10, Runs);
    }

    [Fact]
    public void Peer_IDs_and_addresses()
    {
        var random = new Random(3);
        var text = TunnelPeerId.Read([.. Enumerable.Range(0, 32).Select(i => (byte)i)]).ToString();
        var address = new byte[WireAddress.Size];
        var accepted = 0;
        for (var i = 0; i < Runs; i++)
        {
            var chars = text.ToCharArray();
            for (var edits = random.Next(3); edits > 0; edits--) chars[random.Next(chars.Length)] = "abcdefghijklmnopqrstuvwxyz234567ABC01890=/"[random.Next(42)];
            var edited = new string(chars, 0, random.Next(20) == 0 ? random.Next(chars.Length) : chars.Length);
            if (TunnelPeerId.TryParse(edited, out var id))
            {
                accepted++;
                Assert.Equal(edited, id.ToString());
            }

            var bytes = new byte[WireAddress.Size];
            random.NextBytes(bytes.AsSpan(random.Next(19)));
            bytes[0] = (byte)random.Next(8);
            if (random.Next(2) == 0)
            {
                bytes.AsSpan(3, 10).Clear();
                bytes.AsSpan(13, 2).Fill(0xff);
            }

            if (!WireAddress.TryRead(bytes, out var endPoint)) continue;
            accepted++;
            WireAddress.Write(address, endPoint);
            Assert.True(address.AsSpan().SequenceEqual(bytes));
        }

        Assert.InRange(accepted, Runs / 5, 2 * Runs);
    }

    /// <summary>
    /// Messages of this handshake and of others, true and mutated, in any order, to both sides, while time passes: nobody throws, and whoever gets a session has one that the other
    /// side has computed too.
    /// </summary>
    [Fact]
    public void Whole_sequences_against_both_sides()
    {
        var (sessions, ended) = (0, 0);
        for (var seed = 0; seed < Soak.Count(120, 5_000); seed++)
        {
            var random = new Random(seed);
            var run = new HandshakeRun(seed: $" {seed}");
            var pool = new List<byte[]>(Genuine) { run.Alice.Begin(run.Bob) };
            for (var step = 0; step < 60; step++)
            {
                var latest = random.Next(2) == 0;
                var message = latest ? pool[^1] : pool[random.Next(pool.Count)];
                if (random.Next(3) == 0) message = Mutate(random, message);
                if (message.Length == 0) continue;
                var to = latest ? message[0] is 1 or 4 ? run.Bob : run.Alice : random.Next(2) == 0 ? run.Alice : run.Bob;
                var answer = run.Give(to, message);
                if (answer is not null) pool.Add(answer);
                if (random.Next(10) == 0) run.Time.Advance(TimeSpan.FromMilliseconds(random.Next(3000)));
                if (run.Alice.Initiator!.OnTime() == HandshakeOutcome.Failed) ended++;
                _ = run.Bob.Responder?.OnTime();
                if (run.Alice.Initiator.State == HandshakeState.Ended) pool.Add(run.Alice.Begin(run.Bob));
                if (run.AliceResult is not null) break;
            }

            if (run.AliceResult is null) continue;
            sessions++;
            Assert.NotNull(run.BobResult);
            run.AssertSession();
        }

        // The sequences do get somewhere: a fuzzer that never sees a session tests little.
        Assert.True(sessions > 20 && ended > 0, $"{sessions} sessions, {ended} ended");
    }

    [Fact]
    public void The_responder_written_from_the_page_alone_agrees()
    {
        foreach (var suites in new[] { 0, 1 })
        {
            var time = new ManualTimeProvider();
            var bob = new TestMember("bob", time);
            var all = bob.Context.Suites;
            var alice = new TestMember("alice", time) { Context = new HandshakeContext(TestMember.KeyOf("alice"), time, new SeededRandom("a")) { Suites = suites == 0 ? all : [.. all.Reverse()] } };
            using var responder = new HandmadeResponder(bob.Context.Key, alice.Begin(bob));
            Assert.Equal(HandshakeOutcome.Send, alice.Initiator!.Receive(responder.Challenge));
            Assert.Equal(HandshakeOutcome.Established, alice.Initiator.Receive(responder.Establish(alice.Initiator.Outgoing.Span)));
            using var result = alice.Initiator.TakeResult();
            Assert.Equal(Convert.ToHexStringLower(responder.SessionId), result.Secrets.SessionId.ToString());
            Assert.Equal(responder.EpochSecret, result.Secrets.EpochSecret.Span.ToArray());
        }
    }

    private static IEnumerable<byte[]> WithKeys()
    {
        var run = new HandshakeRun();
        run.Bob.Knows(run.Alice, withKey: false);
        run.Bob.NewGuard();
        return run.Go(withKey: false).Sent.Select(s => s.Message);
    }

    private static byte[] Mutate(Random random, byte[] valid)
    {
        if (random.Next(50) == 0)
        {
            var noise = new byte[random.Next(valid.Length + 20)];
            random.NextBytes(noise);
            if (noise.Length > 1) (noise[0], noise[1]) = ((byte)random.Next(1, 7), 1);
            return noise;
        }

        byte[] bytes = [.. valid];
        for (var changes = random.Next(3); changes > 0; changes--)
        {
            // Most of the changes hit the first bytes, where the structure is.
            var at = random.Next(random.Next(3) == 0 ? bytes.Length : Math.Min(bytes.Length, 148));
            bytes[at] = random.Next(3) switch { 0 => (byte)random.Next(256), 1 => (byte)(bytes[at] ^ (1 << random.Next(8))), _ => (byte)random.Next(5) };
        }

        return random.Next(20) switch
        {
            0 => bytes[..random.Next(bytes.Length)],
            1 => [.. bytes, .. new byte[random.Next(1, 50)]],
            2 => [.. bytes[..(bytes.Length / 2)], .. bytes[random.Next(bytes.Length / 2)..]],
            _ => bytes,
        };
    }
}
