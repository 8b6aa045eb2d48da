using System.Security.Cryptography;
using Causeway.Cryptography.Aead;
using Causeway.Cryptography.Hybrid;
using Causeway.Cryptography.Secrets;
using Causeway.Tunnel.Protocol.Handshakes.Guarding;
using Causeway.Tunnel.Protocol.Handshakes.Keys;
using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Sessions;
using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Tunnel.Protocol.Handshakes;

/// <summary>
/// The responder's side of one handshake (docs/protocol/tunnel.md §3.5), without I/O, made for a HELLO that <see cref="HelloGuard"/> has accepted.
/// What is not valid leaves no trace. Not thread-safe.
/// </summary>
public sealed class HandshakeResponder : IDisposable
{
    // Checking a forged RESPONSE takes an ML-KEM decapsulation and an X25519 agreement: so many at once and per second are worth it.
    private const int CheckBurst = 8;
    private const int ChecksPerSecond = 4;

    private readonly HandshakeContext _context;
    private readonly IInvitations? _invitations;
    private readonly byte[]? _invitationId;
    private readonly HybridPublicKey _initiatorKey;
    private readonly TunnelCapabilities _initiatorCapabilities;
    private readonly TunnelSuite _suite;
    private readonly byte[] _initiatorX25519Key;
    private readonly byte[] _helloHash;
    private readonly HandshakeTranscript _transcript;
    private HybridEphemeralKey? _ephemeral;
    private HandshakeResult? _result;
    private TokenBucket _checks = new(CheckBurst, ChecksPerSecond);
    private byte[] _acceptedResponse = [];
    private byte[] _outgoing;
    private TimeSpan _end;

    /// <summary>Answers a HELLO; <see cref="Outgoing"/> is CHALLENGE.</summary>
    /// <param name="context">What this member's handshakes share.</param>
    /// <param name="hello">The HELLO, whole.</param>
    /// <param name="verdict">What the guard said of it: accepted.</param>
    /// <param name="invitations">The invitations that this member has given out, if it can: a newcomer's is used up when it has proved everything.</param>
    /// <exception cref="ArgumentException">The HELLO was not accepted.</exception>
    public HandshakeResponder(HandshakeContext context, ReadOnlySpan<byte> hello, HelloVerdict verdict, IInvitations? invitations = null)
    {
        if (verdict is not { Decision: HelloDecision.Accept, PublicKey: not null } || !HelloMessage.TryRead(hello, out var message))
        {
            throw new ArgumentException("Only a HELLO that was accepted is answered.", nameof(verdict));
        }

        _context = context;
        _invitations = invitations;
        _invitationId = verdict.InvitationId;
        _initiatorKey = verdict.PublicKey;
        _initiatorCapabilities = message.Capabilities;
        _initiatorX25519Key = message.X25519Key.ToArray();
        _suite = verdict.Suite;
        _transcript = HandshakeTranscript.OfHello(hello);
        _helloHash = _transcript.Hash.ToArray();
        _end = context.Now + HandshakeTimes.Attempt;
        Initiator = message.Initiator;
        _ephemeral = HybridEphemeralKey.Generate(context.KeyRandom);
        _outgoing = WriteChallenge(message.KeysWanted);
    }

    /// <summary>Who began.</summary>
    public TunnelPeerId Initiator { get; }

    /// <summary>The message that was sent last, or is to be sent now: CHALLENGE, later ESTABLISHED.</summary>
    public ReadOnlyMemory<byte> Outgoing => _outgoing;

    /// <summary>Where it stands.</summary>
    public HandshakeState State { get; private set; } = HandshakeState.ChallengeSent;

    /// <summary>The t1 of the HELLO that is being answered, 64 bytes; empty once RESPONSE has come, for then its repetitions are late.</summary>
    public ReadOnlySpan<byte> BeingAnswered => State == HandshakeState.ChallengeSent ? _helloHash : default;

    /// <summary>When <see cref="OnTime"/> wants to be called, on the context's clock; <see cref="TimeSpan.MaxValue"/> when it is over.</summary>
    public TimeSpan NextDeadline => State == HandshakeState.Ended ? TimeSpan.MaxValue : _end;

    /// <summary>Takes a message from the initiator's address; HELLOs go to the guard instead.</summary>
    public HandshakeOutcome Receive(ReadOnlySpan<byte> message)
    {
        if (!ResponseMessage.TryRead(message, out var response)) return HandshakeOutcome.None;
        return State switch
        {
            HandshakeState.ChallengeSent => OnResponse(message, response),

            // The initiator did not get ESTABLISHED. The bytes are compared, for whoever invents others shall not make us send.
            HandshakeState.Established => message.SequenceEqual(_acceptedResponse) ? HandshakeOutcome.Send : HandshakeOutcome.None,
            _ => HandshakeOutcome.None,
        };
    }

    /// <summary>Does what is due: ends, when the initiator's time is up.</summary>
    public HandshakeOutcome OnTime()
    {
        if (State == HandshakeState.Ended || _context.Now < _end) return HandshakeOutcome.None;
        Dispose();
        return HandshakeOutcome.Failed;
    }

    /// <summary>The result, once, after <see cref="HandshakeOutcome.Established"/>.</summary>
    /// <exception cref="InvalidOperationException">There is none, or it was taken.</exception>
    public HandshakeResult TakeResult()
    {
        var result = _result ?? throw new InvalidOperationException("The handshake has no result.");
        _result = null;
        return result;
    }

    /// <summary>Ends it and zeroes all secrets; a result that was not taken too.</summary>
    public void Dispose()
    {
        State = HandshakeState.Ended;
        _ephemeral?.Dispose();
        _ephemeral = null;
        _result?.Dispose();
        _result = null;
    }

    private byte[] WriteChallenge(bool withKey)
    {
        Span<byte> nonce = stackalloc byte[ChallengeMessage.NonceSize];
        _context.Random.Fill(nonce);
        var challenge = new ChallengeMessage
        {
            HelloTag = _transcript.Tag,
            Suite = (ushort)_suite,
            Capabilities = _context.Capabilities,
            Time = _context.WallClock,
            Nonce = nonce,
            X25519Key = _ephemeral!.X25519PublicKey.Span,
            EncapsulationKey = _ephemeral.EncapsulationKey.Bytes.Span,
            PublicKey = withKey ? _context.Key.PublicKey.Bytes.Span : default,
        };
        var message = new byte[challenge.Size];
        var writer = new WireWriter(message);
        writer.Reserve(challenge.WriteUnsigned(message));
        _transcript.Absorb(writer.Written);
        var signature = writer.Reserve(HandshakeSizes.Signature);
        _context.Key.Sign(HandshakeLabels.Challenge, _transcript.Hash, signature, _context.KeyRandom);
        _transcript.Absorb(signature);
        return message;
    }

    private HandshakeOutcome OnResponse(ReadOnlySpan<byte> message, in ResponseMessage response)
    {
        if (response.ChallengeTag != _transcript.Tag || !_checks.TryTake(_context.Now)) return HandshakeOutcome.None;
        var transcript = _transcript.Fork();
        transcript.Absorb(response.Clear);
        Span<byte> context = stackalloc byte[HandshakeKeySchedule.ContextSize];
        HandshakeKeySchedule.WriteContext(context, transcript, Initiator, _context.Self, _suite);
        var secret = new SecretBytes(HybridSecret.Size);
        using var keys = new HandshakeKeySchedule(_suite, secret);
        try
        {
            _ephemeral!.Respond(response.Ciphertext, _initiatorX25519Key, context, secret.Span);
        }
        catch (CryptographicException)
        {
            // The key stands in the HELLO that the initiator has signed: no other RESPONSE can mend it.
            Dispose();
            return HandshakeOutcome.Failed;
        }

        var proof = new byte[ResponseMessage.ProofSize];
        if (!keys.TryOpen(SessionRole.Initiator, transcript, response.Sealed, proof)) return HandshakeOutcome.None;
        var confirmation = proof.AsSpan(HandshakeSizes.Signature, HandshakeSizes.Confirmation);
        if (!keys.VerifyConfirmation(SessionRole.Initiator, transcript, confirmation)) return HandshakeOutcome.None;
        if (!HandshakeParameters.TryRead(proof.AsSpan(HandshakeSizes.Signature + HandshakeSizes.Confirmation), out var proposal)) return HandshakeOutcome.None;
        if (!_initiatorKey.Verify(HandshakeLabels.Response, transcript.Hash, proof.AsSpan(0, HandshakeSizes.Signature))) return HandshakeOutcome.None;

        if (_invitationId is not null && _invitations?.TryUse(_invitationId, Initiator) != true)
        {
            Dispose();
            return HandshakeOutcome.Failed;
        }

        transcript.Absorb(response.Sealed);
        Establish(message, keys, transcript, proposal);
        return HandshakeOutcome.Established;
    }

    private void Establish(ReadOnlySpan<byte> response, HandshakeKeySchedule keys, HandshakeTranscript t5, HandshakeParameters proposal)
    {
        var answer = _context.Parameters.AnswerTo(proposal);
        Span<byte> proof = stackalloc byte[EstablishedMessage.ProofSize];
        keys.DeriveSessionId(t5).CopyTo(proof);
        keys.WriteConfirmation(SessionRole.Responder, t5, proof[SessionId.Size..]);
        answer.Write(proof[(SessionId.Size + HandshakeSizes.Confirmation)..]);

        var message = new byte[EstablishedMessage.Size];
        var writer = new WireWriter(message);
        EstablishedMessage.WriteHeader(ref writer, t5.Tag);
        keys.Seal(SessionRole.Responder, t5, proof, writer.Reserve(EstablishedMessage.ProofSize + AeadCipher.TagSize));

        var offload = (_context.Capabilities & _initiatorCapabilities & TunnelCapabilities.SegmentationOffload) != TunnelCapabilities.None;
        _result = new HandshakeResult(keys.DeriveSession(SessionRole.Responder, t5), answer.ForSession(offload), proposal, _initiatorKey) { InvitationId = _invitationId };
        _ephemeral?.Dispose();
        _ephemeral = null;
        _acceptedResponse = response.ToArray();
        _outgoing = message;
        _end = _context.Now + HandshakeTimes.Attempt;
        State = HandshakeState.Established;
    }
}
