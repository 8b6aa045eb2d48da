using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Causeway.Cryptography.Hybrid;
using Causeway.Cryptography.Secrets;
using Causeway.Tunnel.Protocol.Handshakes.Keys;
using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Sessions;

namespace Causeway.Tunnel.Protocol.Handshakes.Guarding;

/// <summary>
/// Decides which HELLOs are worth an answer (docs/protocol/tunnel.md §3.4): cheap checks first, nothing larger than a RETRY before the signature has
/// verified, and bounded memory whoever knocks. Not thread-safe.
/// </summary>
public sealed class HelloGuard : IDisposable
{
    /// <summary>The most handshakes that may be pending here at once.</summary>
    public const int MaxPending = 1024;

    // Beyond this a cookie is wanted of everybody: a flood then costs its sender a round trip for each HELLO, and us one HMAC.
    private const int PendingBeforeCookies = 64;
    private const int HellosPerSecondBeforeCookies = 50;
    private const int SourceBurst = 5;
    private const int SourcePerSecond = 1;

    // As many as a network has members, and as many newcomers again.
    private const int MaxSources = 8192;

    // Of those that are valid; there are never nearly as many.
    private const int MaxInvitations = 1024;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(120);

    private readonly TunnelPeerId _self;
    private readonly IMembers _members;
    private readonly IInvitations? _invitations;
    private readonly TunnelSuite[] _suites;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly HandshakeCookies _cookies;
    private readonly ErrorThrottle _errors = new();
    private readonly Dictionary<TunnelPeerId, HelloSource> _sources = [];
    private readonly Dictionary<UInt128, TokenBucket> _byInvitation = [];
    private TokenBucket _all = new(HellosPerSecondBeforeCookies, HellosPerSecondBeforeCookies);
    private ulong _floor;

    /// <summary>A guard for one member.</summary>
    /// <param name="self">Its peer ID.</param>
    /// <param name="members">Who is on the roster.</param>
    /// <param name="invitations">The invitations it has given out, if it can.</param>
    /// <param name="suites">The suites it supports.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Where the cookies' keys come from.</param>
    public HelloGuard(
        TunnelPeerId self, IMembers members, IInvitations? invitations, IEnumerable<TunnelSuite> suites, TimeProvider time, RandomSource random)
    {
        _self = self;
        _members = members;
        _invitations = invitations;
        _suites = [.. suites];
        _time = time;
        _start = time.GetTimestamp();
        _floor = (ulong)time.GetUtcNow().ToUnixTimeMilliseconds();
        _cookies = new HandshakeCookies(random);
    }

    /// <summary>How many hybrid signatures were verified: the only expensive thing that a HELLO can cause here.</summary>
    public long SignatureChecks { get; private set; }

    /// <summary>How many sources are remembered; bounded.</summary>
    public int Sources => _sources.Count;

    /// <summary>Decides about a HELLO.</summary>
    /// <param name="source">The source that the relay names.</param>
    /// <param name="message">The whole message; its first byte said HELLO.</param>
    /// <param name="pending">How many handshakes are pending here.</param>
    /// <param name="beingAnswered">The t1 of the HELLO of this source that is being answered, 64 bytes, or empty.</param>
    public HelloVerdict Check(TunnelPeerId source, ReadOnlySpan<byte> message, int pending, ReadOnlySpan<byte> beingAnswered)
    {
        var now = _time.GetElapsedTime(_start);
        if (!HelloMessage.TryRead(message, out var hello)) return CheckVersion(source, message, now);
        if (hello.Initiator != source || hello.Responder != _self) return new(HelloDecision.Drop, HelloReason.Misdirected);

        var isMember = _members.TryFind(source, out var publicKey);
        if (!isMember && !IsInvited(hello)) return Refuse(hello, message, now);

        // A stranger's name costs nothing, an invitation does: who holds one must not come under as many names as he likes.
        if (!isMember && !TryTake(hello.InvitationId, now)) return new(HelloDecision.Drop, HelloReason.TooMany);
        var state = SourceOf(source, now);
        if (!state.Bucket.TryTake(now)) return new(HelloDecision.Drop, HelloReason.TooMany);
        var suite = Choose(hello.Suites);
        if (suite == TunnelSuite.None) return Error(source, HandshakeErrorCode.NoCommonSuite, HelloReason.NoCommonSuite, message, now);

        var crowded = !_all.TryTake(now) || pending > PendingBeforeCookies;
        var transcript = HandshakeTranscript.OfHello(message);
        if (!beingAnswered.IsEmpty && transcript.Hash.SequenceEqual(beingAnswered)) return new(HelloDecision.Repeat, HelloReason.Repeated);
        if (beingAnswered.IsEmpty && pending >= MaxPending) return Error(source, HandshakeErrorCode.Busy, HelloReason.Busy, message, now);

        var hasCookie = _cookies.IsValid(hello, now);
        var keysNeeded = publicKey is null && hello.PublicKey.IsEmpty;
        if (!hasCookie && (crowded || !IsFresh(hello.Time, state))) return Retry(hello, transcript, cookie: true, keysNeeded, HelloReason.CookieNeeded, now);
        if (keysNeeded) return Retry(hello, transcript, cookie: false, keysNeeded: true, HelloReason.KeysNeeded, now);
        if (!hello.PublicKey.IsEmpty && TunnelPeerId.FromPublicKey(hello.PublicKey) != source) return new(HelloDecision.Drop, HelloReason.WrongKey);

        publicKey ??= HybridPublicKey.Import(hello.PublicKey);
        SignatureChecks++;
        if (!publicKey.Verify(HandshakeLabels.Hello, hello.Signed, hello.Signature)) return new(HelloDecision.Drop, HelloReason.Signature);
        state.LastTime = Math.Max(state.LastTime, hello.Time);
        if (hasCookie) _cookies.Use(hello, now);
        return new(HelloDecision.Accept, HelloReason.Authentic)
        {
            PublicKey = publicKey,
            Suite = suite,
            InvitationId = isMember ? null : hello.InvitationId.ToArray(),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _cookies.Dispose();

    private HelloVerdict CheckVersion(TunnelPeerId source, ReadOnlySpan<byte> message, TimeSpan now) =>
        message.Length >= 2 && message[1] != HandshakeSizes.Version && _members.TryFind(source, out _)
            ? Error(source, HandshakeErrorCode.Version, HelloReason.Version, message, now)
            : new(HelloDecision.Drop, HelloReason.Malformed);

    private bool IsInvited(in HelloMessage hello)
    {
        if (_invitations is null || hello.InvitationId.IsEmpty) return false;
        Span<byte> key = stackalloc byte[InvitationProof.KeySize];
        try
        {
            return _invitations.TryGetKey(hello.InvitationId, hello.Initiator, key) && InvitationProof.Verify(key, hello.ProvedByInvitation, hello.InvitationMac);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private bool TryTake(ReadOnlySpan<byte> invitationId, TimeSpan now)
    {
        var name = BinaryPrimitives.ReadUInt128BigEndian(invitationId);
        if (_byInvitation.Count >= MaxInvitations && !_byInvitation.ContainsKey(name)) _byInvitation.Clear();
        ref var bucket = ref CollectionsMarshal.GetValueRefOrAddDefault(_byInvitation, name, out var exists);
        if (!exists) bucket = new TokenBucket(SourceBurst, SourcePerSecond);
        return bucket.TryTake(now);
    }

    private HelloVerdict Refuse(in HelloMessage hello, ReadOnlySpan<byte> message, TimeSpan now) => hello.InvitationId.IsEmpty
        ? Error(hello.Initiator, HandshakeErrorCode.Refused, HelloReason.Unknown, message, now)
        : Error(hello.Initiator, HandshakeErrorCode.Invitation, HelloReason.Invitation, message, now);

    private HelloVerdict Error(TunnelPeerId source, HandshakeErrorCode code, HelloReason reason, ReadOnlySpan<byte> message, TimeSpan now) =>
        _errors.TryTake(source, now)
            ? new(HelloDecision.Reply, reason) { Reply = new ErrorMessage(code, HandshakeTranscript.OfHello(message).Tag).ToArray() }
            : new(HelloDecision.Drop, reason);

    private HelloVerdict Retry(in HelloMessage hello, HandshakeTranscript transcript, bool cookie, bool keysNeeded, HelloReason reason, TimeSpan now)
    {
        Span<byte> bytes = stackalloc byte[HandshakeCookies.Size];
        if (cookie) _cookies.Write(bytes, hello, now);
        var retry = new RetryMessage
        {
            KeysNeeded = keysNeeded,
            HelloTag = transcript.Tag,
            Time = (ulong)_time.GetUtcNow().ToUnixTimeMilliseconds(),
            Cookie = cookie ? bytes : default,
        };
        return new(HelloDecision.Reply, reason) { Reply = retry.ToArray() };
    }

    private bool IsFresh(ulong time, HelloSource source)
    {
        var now = (ulong)_time.GetUtcNow().ToUnixTimeMilliseconds();
        var window = (ulong)Window.TotalMilliseconds;
        return time > _floor && time > source.LastTime && time + window >= now && time <= now + window;
    }

    private TunnelSuite Choose(ReadOnlySpan<byte> offered)
    {
        for (; !offered.IsEmpty; offered = offered[2..])
        {
            var suite = (TunnelSuite)BinaryPrimitives.ReadUInt16BigEndian(offered);
            if (suite != TunnelSuite.None && Array.IndexOf(_suites, suite) >= 0) return suite;
        }

        return TunnelSuite.None;
    }

    private HelloSource SourceOf(TunnelPeerId peer, TimeSpan now)
    {
        if (!_sources.TryGetValue(peer, out var source))
        {
            if (_sources.Count >= MaxSources)
            {
                // What is forgotten must not become fresh again: from now on everybody's HELLOs must be later than it was.
                var oldest = _sources.MinBy(s => s.Value.Used);
                _floor = Math.Max(_floor, oldest.Value.LastTime);
                _sources.Remove(oldest.Key);
            }

            _sources.Add(peer, source = new HelloSource { Bucket = new TokenBucket(SourceBurst, SourcePerSecond) });
        }

        source.Used = now;
        return source;
    }

    private sealed class HelloSource
    {
        public TokenBucket Bucket;

        public ulong LastTime { get; set; }

        public TimeSpan Used { get; set; }
    }
}
