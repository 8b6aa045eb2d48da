using System.Security.Cryptography;
using Causeway.Cryptography.Agreement;
using Causeway.Cryptography.Hybrid;
using Causeway.Cryptography.PostQuantum;
using Causeway.Cryptography.Secrets;
using Causeway.Tunnel.Protocol.Handshakes;
using Causeway.Tunnel.Protocol.Handshakes.Keys;
using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Protocol.Sessions;

namespace Causeway.Tunnel.Tests.Protocol.Handshakes;

/// <summary>One who holds the ephemeral key of a true HELLO, and so can compute every key, still has to be the initiator: RESPONSE carries its signature.</summary>
public sealed class StolenEphemeralTests
{
    [Theory]
    [InlineData("nothing", HandshakeOutcome.Established)]
    [InlineData("signer", HandshakeOutcome.None)]
    [InlineData("label", HandshakeOutcome.None)]
    [InlineData("transcript", HandshakeOutcome.None)]
    [InlineData("confirmation", HandshakeOutcome.None)]
    [InlineData("parameters", HandshakeOutcome.None)]
    public void W1_W2_W6_a_RESPONSE_with_a_wrong_proof_under_the_right_keys_is_nothing(string wrong, HandshakeOutcome expected)
    {
        var run = new HandshakeRun();
        var hello = run.Alice.Begin(run.Bob);
        var challenge = run.Bob.Receive(run.Alice.Id, hello, out _)!;
        var suite = (TunnelSuite)challenge[13];

        // Alice draws her guard's key for cookies first, then the X25519 key.
        var stolen = new byte[32];
        var alice = new SeededRandom("alice");
        alice.Fill(stolen);
        alice.Fill(stolen);
        using var x25519 = X25519PrivateKey.FromBytes(stolen);
        Assert.Equal(hello.AsSpan(MessageFields.Hello["X25519 key"]).ToArray(), x25519.PublicKey.ToArray());

        var transcript = HandshakeTranscript.OfHello(hello);
        transcript.Absorb(challenge.AsSpan(..^4691));
        transcript.Absorb(challenge.AsSpan(^4691..));
        byte[] clear = [4, 1, 0, 0, .. transcript.Hash[..8], .. new byte[1568]];
        var (encapsulated, agreed, context) = (new byte[32], new byte[32], new byte[HandshakeKeySchedule.ContextSize]);
        MlKem1024EncapsulationKey.Import(challenge.AsSpan(92, 1568)).Encapsulate(clear.AsSpan(12), encapsulated);
        x25519.Derive(challenge.AsSpan(60, 32), agreed);
        transcript.Absorb(clear);
        HandshakeKeySchedule.WriteContext(context, transcript, run.Alice.Id, run.Bob.Id, suite);
        var secret = new SecretBytes(64);
        HybridSecret.Combine(encapsulated, agreed, clear.AsSpan(12), challenge.AsSpan(92, 1568), x25519.PublicKey.Span, challenge.AsSpan(60, 32), context, secret.Span);
        using var keys = new HandshakeKeySchedule(suite, secret);

        var signer = wrong == "signer" ? TestMember.KeyOf("mallory") : run.Alice.Context.Key;
        var label = wrong == "label" ? HandshakeLabels.Challenge : HandshakeLabels.Response;
        var signed = wrong == "transcript" ? SHA512.HashData(transcript.Hash) : transcript.Hash.ToArray();
        var proof = new byte[ResponseMessage.ProofSize];
        signer.Sign(label, signed).CopyTo(proof, 0);
        keys.WriteConfirmation(wrong == "confirmation" ? SessionRole.Responder : SessionRole.Initiator, transcript, proof.AsSpan(4691));
        new HandshakeParameters().Write(proof.AsSpan(4691 + 32));
        if (wrong == "parameters") proof[^1] = 1;
        var sealedData = new byte[proof.Length + 16];
        keys.Seal(SessionRole.Initiator, transcript, proof, sealedData);

        Assert.Equal(expected, run.Bob.Responder!.Receive([.. clear, .. sealedData]));
        Assert.Equal(expected == HandshakeOutcome.Established ? HandshakeState.Established : HandshakeState.ChallengeSent, run.Bob.Responder.State);
    }
}
