using System.Buffers.Binary;
using System.Security.Cryptography;
using Causeway.Cryptography.Agreement;
using Causeway.Cryptography.Hybrid;
using Causeway.Cryptography.PostQuantum;
using Causeway.Cryptography.Secrets;
using Causeway.Tunnel.Protocol.Handshakes.Guarding;
using Causeway.Tunnel.Protocol.Handshakes.Keys;
using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Sessions;
using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Tunnel.Protocol.Handshakes;

/// <summary>
/// One attempt of the initiator (docs/protocol/tunnel.md §3.5), without I/O: HELLO is there to be sent when it is made; messages and the clock go in,
/// outcomes come out. What is not valid leaves no trace, so nobody who forges messages can end it. Not thread-safe.
/// </summary>
public sealed class HandshakeInitiator : IDisposable
{
    // Checking a forged CHALLENGE takes verifying a signature: so many at once and per second are worth it, honest ones come singly.
    private const int CheckBurst = 8;
    private const int ChecksPerSecond = 4;

    private readonly HandshakeContext _context;
    private readonly InvitationProof? _invitation;
    private readonly HandshakeParameters _proposal;
    private readonly byte[] _nonce = new byte[HelloMessage.NonceSize];
    private readonly RetryTimer _timer;
    private X25519PrivateKey? _x25519;
    private HybridPublicKey? _responderKey;
    private HandshakeTranscript _transcript;
    private HandshakeKeySchedule? _keys;
    private HandshakeResult? _result;
    private TunnelCapabilities _responderCapabilities;
    private TunnelSuite _suite;
    private TokenBucket _checks = new(CheckBurst, ChecksPerSecond);
    private byte[] _cookie = [];
    private bool _sendsKey;
    private bool _keysWereWanted;
    private byte[] _outgoing;

    /// <summary>Begins an attempt; <see cref="Outgoing"/> is HELLO.</summary>
    /// <param name="context">What this member's handshakes share.</param>
    /// <param name="responder">Whom it is meant for.</param>
    /// <param name="responderKey">The responder's public key, or null: then it is asked for it.</param>
    /// <param name="invitation">An invitation of the responder's, for a newcomer; stays the caller's to dispose of, not before this attempt.</param>
    /// <exception cref="ArgumentException">The responder is oneself, or the key is not the responder's.</exception>
    public HandshakeInitiator(HandshakeContext context, TunnelPeerId responder, HybridPublicKey? responderKey, InvitationProof? invitation = null)
    {
        if (responder == context.Self) throw new ArgumentException("A member does not shake hands with itself.", nameof(responder));
        if (responderKey is not null && TunnelPeerId.FromPublicKey(responderKey) != responder) throw new ArgumentException("The public key is another peer's.", nameof(responderKey));
        _context = context;
        _invitation = invitation;
        _proposal = context.Parameters;
        _sendsKey = invitation is not null;
        _responderKey = responderKey;
        Responder = responder;
        _x25519 = X25519PrivateKey.Generate(context.KeyRandom);
        context.Random.Fill(_nonce);
        _timer = new RetryTimer(context);
        (_outgoing, _transcript) = WriteHello();
    }

    /// <summary>Whom it is meant for.</summary>
    public TunnelPeerId Responder { get; }

    /// <summary>The message that was sent last, or is to be sent now.</summary>
    public ReadOnlyMemory<byte> Outgoing => _outgoing;

    /// <summary>Where it stands.</summary>
    public HandshakeState State { get; private set; } = HandshakeState.HelloSent;

    /// <summary>When <see cref="OnTime"/> wants to be called, on the context's clock; <see cref="TimeSpan.MaxValue"/> when it is over.</summary>
    public TimeSpan NextDeadline => IsPending ? _timer.NextDeadline : TimeSpan.MaxValue;

    /// <summary>What the last ERROR said; anybody can have sent it.</summary>
    public HandshakeErrorCode Hint { get; private set; }

    private bool IsPending => State is HandshakeState.HelloSent or HandshakeState.ResponseSent;

    /// <summary>Takes a message from the responder's address.</summary>
    public HandshakeOutcome Receive(ReadOnlySpan<byte> message)
    {
        if (!IsPending || message.IsEmpty) return HandshakeOutcome.None;
        return ((HandshakeMessageType)message[0], State) switch
        {
            (HandshakeMessageType.Retry, HandshakeState.HelloSent) => OnRetry(message),
            (HandshakeMessageType.Challenge, HandshakeState.HelloSent) => OnChallenge(message),
            (HandshakeMessageType.Established, HandshakeState.ResponseSent) => OnEstablished(message),
            (HandshakeMessageType.Error, _) => OnError(message),
            _ => HandshakeOutcome.None,
        };
    }

    /// <summary>Does what is due: repeats the last message, byte for byte, or gives up.</summary>
    public HandshakeOutcome OnTime()
    {
        if (!IsPending) return HandshakeOutcome.None;
        var outcome = _timer.OnTime();
        if (outcome == HandshakeOutcome.Failed) Dispose();
        return outcome;
    }

    /// <summary>The result, once, after <see cref="HandshakeOutcome.Established"/>.</summary>
    /// <exception cref="InvalidOperationException">There is none, or it was taken.</exception>
    public HandshakeResult TakeResult()
    {
        var result = _result ?? throw new InvalidOperationException("The handshake has no result.");
        _result = null;
        return result;
    }

    /// <summary>Ends the attempt and zeroes all secrets; a result that was not taken too.</summary>
    public void Dispose()
    {
        if (State != HandshakeState.Established) State = HandshakeState.Ended;
        _x25519?.Dispose();
        _x25519 = null;
        _keys?.Dispose();
        _keys = null;
        _result?.Dispose();
        _result = null;
    }

    private (byte[] Hello, HandshakeTranscript Transcript) WriteHello()
    {
        Span<byte> suites = stackalloc byte[2 * _context.Suites.Length];
        for (var i = 0; i < _context.Suites.Length; i++) BinaryPrimitives.WriteUInt16BigEndian(suites[(2 * i)..], (ushort)_context.Suites[i]);
        _keysWereWanted = _responderKey is null;
        var hello = new HelloMessage
        {
            KeysWanted = _keysWereWanted,
            Suites = suites,
            Capabilities = _context.Capabilities,
            Initiator = _context.Self,
            Responder = Responder,
            Time = _context.NextHelloTime(),
            Nonce = _nonce,
            X25519Key = _x25519!.PublicKey.Span,
            Cookie = _cookie,
            PublicKey = _sendsKey ? _context.Key.PublicKey.Bytes.Span : default,
            InvitationId = _invitation is null ? default : _invitation.Id,
        };
        var message = new byte[hello.Size];
        var writer = new WireWriter(message);
        writer.Reserve(hello.WriteBeforeProofs(message));
        _invitation?.ComputeMac(writer.Written, writer.Reserve(InvitationProof.MacSize));
        var signed = writer.Written;
        _context.Key.Sign(HandshakeLabels.Hello, signed, writer.Reserve(HandshakeSizes.Signature), _context.KeyRandom);
        return (message, HandshakeTranscript.OfHello(message));
    }

    private HandshakeOutcome OnRetry(ReadOnlySpan<byte> message)
    {
        // Nobody can know who wrote it; so it can make the next HELLO carry more, once for each, and nothing else.
        if (!RetryMessage.TryRead(message, out var retry) || retry.HelloTag != _transcript.Tag) return HandshakeOutcome.None;
        if ((!retry.Cookie.IsEmpty && _cookie.Length > 0) || (retry.KeysNeeded && _sendsKey)) return HandshakeOutcome.None;
        if (!retry.Cookie.IsEmpty) _cookie = retry.Cookie.ToArray();
        _sendsKey |= retry.KeysNeeded;
        (_outgoing, _transcript) = WriteHello();
        return Send();
    }

    private HandshakeOutcome OnChallenge(ReadOnlySpan<byte> message)
    {
        if (!ChallengeMessage.TryRead(message, out var challenge) || challenge.HelloTag != _transcript.Tag) return HandshakeOutcome.None;
        if (!_context.Suites.Contains((TunnelSuite)challenge.Suite) || challenge.PublicKey.IsEmpty == _keysWereWanted) return HandshakeOutcome.None;
        if (!_checks.TryTake(_context.Now)) return HandshakeOutcome.None;
        if (!challenge.PublicKey.IsEmpty && TunnelPeerId.FromPublicKey(challenge.PublicKey) != Responder) return HandshakeOutcome.None;

        var transcript = _transcript.Fork();
        transcript.Absorb(challenge.Unsigned);
        var key = _responderKey ?? HybridPublicKey.Import(challenge.PublicKey);
        if (!key.Verify(HandshakeLabels.Challenge, transcript.Hash, challenge.Signature)) return HandshakeOutcome.None;

        // From here on everything was said by the responder itself.
        transcript.Absorb(challenge.Signature);
        _responderKey = key;
        _responderCapabilities = challenge.Capabilities;
        _suite = (TunnelSuite)challenge.Suite;
        try
        {
            WriteResponse(challenge, transcript);
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException)
        {
            Dispose();
            return HandshakeOutcome.Failed;
        }

        State = HandshakeState.ResponseSent;
        return Send();
    }

    private void WriteResponse(in ChallengeMessage challenge, HandshakeTranscript transcript)
    {
        // Before any secret is touched: an exception saves all registers on the stack, and what was in them with them.
        var encapsulationKey = MlKem1024EncapsulationKey.Import(challenge.EncapsulationKey);
        var message = new byte[ResponseMessage.Size];
        var writer = new WireWriter(message);
        ResponseMessage.WriteHeader(ref writer, transcript.Tag);
        var ciphertext = writer.Reserve(HandshakeSizes.Ciphertext);
        Span<byte> encapsulated = stackalloc byte[MlKem1024EncapsulationKey.SharedSecretSize];
        Span<byte> agreed = stackalloc byte[X25519PrivateKey.Size];
        Span<byte> context = stackalloc byte[HandshakeKeySchedule.ContextSize];
        var secret = new SecretBytes(HybridSecret.Size);
        _keys = new HandshakeKeySchedule(_suite, secret);
        try
        {
            _x25519!.Derive(challenge.X25519Key, agreed);
            encapsulationKey.Encapsulate(ciphertext, encapsulated, _context.KeyRandom);
            transcript.Absorb(writer.Written);
            HandshakeKeySchedule.WriteContext(context, transcript, _context.Self, Responder, _suite);
            HybridSecret.Combine(
                encapsulated, agreed, ciphertext, challenge.EncapsulationKey, _x25519.PublicKey.Span, challenge.X25519Key, context, secret.Span);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(encapsulated);
            CryptographicOperations.ZeroMemory(agreed);
        }

        _x25519.Dispose();
        _x25519 = null;
        var proof = new byte[ResponseMessage.ProofSize];
        _context.Key.Sign(HandshakeLabels.Response, transcript.Hash, proof, _context.KeyRandom);
        _keys.WriteConfirmation(SessionRole.Initiator, transcript, proof.AsSpan(HandshakeSizes.Signature));
        _proposal.Write(proof.AsSpan(HandshakeSizes.Signature + HandshakeSizes.Confirmation));
        var sealedData = writer.Reserve(proof.Length + Cryptography.Aead.AeadCipher.TagSize);
        _keys.Seal(SessionRole.Initiator, transcript, proof, sealedData);
        transcript.Absorb(sealedData);
        _transcript = transcript;
        _outgoing = message;
    }

    private HandshakeOutcome OnEstablished(ReadOnlySpan<byte> message)
    {
        if (!EstablishedMessage.TryRead(message, out var established) || established.ResponseTag != _transcript.Tag) return HandshakeOutcome.None;
        Span<byte> proof = stackalloc byte[EstablishedMessage.ProofSize];
        if (!_keys!.TryOpen(SessionRole.Responder, _transcript, established.Sealed, proof)) return HandshakeOutcome.None;

        // Only the responder can have sealed it: what is wrong now is wrong for good.
        if (SessionId.Read(proof) != _keys.DeriveSessionId(_transcript)
            || !_keys.VerifyConfirmation(SessionRole.Responder, _transcript, proof.Slice(SessionId.Size, HandshakeSizes.Confirmation))
            || !HandshakeParameters.TryRead(proof[(SessionId.Size + HandshakeSizes.Confirmation)..], out var answer)
            || !_proposal.Allows(answer))
        {
            Dispose();
            return HandshakeOutcome.Failed;
        }

        var offload = (_context.Capabilities & _responderCapabilities & TunnelCapabilities.SegmentationOffload) != TunnelCapabilities.None;
        State = HandshakeState.Established;
        var result = new HandshakeResult(_keys.DeriveSession(SessionRole.Initiator, _transcript), answer.ForSession(offload), answer, _responderKey!);
        Dispose();
        _result = result;
        return HandshakeOutcome.Established;
    }

    private HandshakeOutcome OnError(ReadOnlySpan<byte> message)
    {
        if (!ErrorMessage.TryRead(message, out var error) || error.Tag != _transcript.Tag || error.Code == Hint) return HandshakeOutcome.None;
        Hint = error.Code;
        return HandshakeOutcome.Hint;
    }

    private HandshakeOutcome Send()
    {
        _timer.Restart();
        return HandshakeOutcome.Send;
    }
}
