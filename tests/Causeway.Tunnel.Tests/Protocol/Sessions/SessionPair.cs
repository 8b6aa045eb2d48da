using Causeway.Cryptography.Hybrid;
using Causeway.Cryptography.Secrets;
using Causeway.Tunnel.Protocol.Sessions;
using Causeway.Tunnel.Protocol.Sessions.Frames;

namespace Causeway.Tunnel.Tests.Protocol.Sessions;

/// <summary>Both ends of a session on one clock that stands still, and a network that does what a test says.</summary>
internal sealed class SessionPair : IDisposable
{
    internal static readonly HybridSigningKey InitiatorKey = HybridSigningKey.FromSeed([.. Enumerable.Range(0, 64).Select(i => (byte)i)]);
    internal static readonly HybridSigningKey ResponderKey = HybridSigningKey.FromSeed([.. Enumerable.Range(100, 64).Select(i => (byte)i)]);
    internal static readonly SessionParameters Parameters = new() { RotationInterval = TimeSpan.FromSeconds(60), Offload = true };

    internal SessionPair(
        TunnelSuite suite = TunnelSuite.ChaCha20Poly1305, SessionOptions? options = null, SessionParameters? parameters = null, byte seed = 1, RandomSource? responderRandom = null)
    {
        Options = (options ?? new SessionOptions()) with { Time = Time };
        Initiator = Create(SessionRole.Initiator, suite, Options, parameters, seed);
        Responder = Create(SessionRole.Responder, suite, responderRandom is null ? Options : Options with { Random = responderRandom }, parameters, seed);
    }

    internal SessionPair(Func<SessionRole, SessionSecrets> secrets)
    {
        Options = new SessionOptions { Time = Time };
        Initiator = new Session(secrets(SessionRole.Initiator), Parameters, InitiatorKey, ResponderKey.PublicKey, Options);
        Responder = new Session(secrets(SessionRole.Responder), Parameters, ResponderKey, InitiatorKey.PublicKey, Options);
    }

    internal ManualTimeProvider Time { get; } = new();

    internal SessionOptions Options { get; }

    internal Session Initiator { get; }

    internal Session Responder { get; }

    /// <summary>Everything that went over the network so far.</summary>
    internal List<(Session From, byte[] Payload)> Tapped { get; } = [];

    /// <summary>Epoch secret and chain of epoch 0.</summary>
    internal static byte[] Secret(byte seed) => [.. Enumerable.Range(0, 64).Select(i => (byte)((i * 7) + seed))];

    internal static SessionSecrets Secrets(SessionRole role, TunnelSuite suite, byte seed = 1) =>
        new(role, suite, SessionId.Read(Secret(seed).AsSpan(5, 16)), Secret(seed), Secret((byte)(seed + 50)), Secret(99).AsSpan(0, 32));

    internal Session Other(Session session) => session == Initiator ? Responder : Initiator;

    internal static byte[] Seal(Session session, byte[] body, FrameKind kind = FrameKind.Frame)
    {
        var payload = Payload(body);
        Assert.Equal(SealStatus.Sealed, session.Seal(kind, payload));
        return payload;
    }

    internal static byte[] Payload(byte[] body) => [.. new byte[FrameLayout.BodyOffset], .. body, .. new byte[FrameLayout.TagSize]];

    internal static OpenStatus Open(Session session, byte[] payload) => session.Open([.. payload], out _);

    internal static int EpochOf(byte[] payload) => (payload[2] << 8) | payload[3];

    /// <summary>The session's next own frames.</summary>
    internal static List<byte[]> Control(Session session)
    {
        var payloads = new List<byte[]>();
        var buffer = new byte[Session.MaxControlSize];
        while (session.TrySealControl(buffer, out var length)) payloads.Add(buffer[..length]);
        Assert.False(session.HasControl);
        return payloads;
    }

    /// <summary>Computes and delivers until both ends are quiet. What <paramref name="lose"/> says does not arrive.</summary>
    internal void Settle(Func<Session, byte[], bool>? lose = null)
    {
        bool moved;
        do
        {
            moved = false;
            foreach (var session in new[] { Initiator, Responder })
            {
                session.RunWork();
                foreach (var payload in Control(session))
                {
                    moved = true;
                    Tapped.Add((session, payload));
                    if (lose?.Invoke(session, payload) != true) _ = Open(Other(session), payload);
                }
            }
        }
        while (moved || Initiator.HasWork || Responder.HasWork);
    }

    /// <summary>Lets time pass in steps of half a second, delivering everything.</summary>
    internal void Pass(TimeSpan duration, Func<Session, byte[], bool>? lose = null)
    {
        for (var step = TimeSpan.FromMilliseconds(500); duration > TimeSpan.Zero; duration -= step)
        {
            Time.Advance(duration < step ? duration : step);
            OnTime();
            Settle(lose);
        }
    }

    /// <summary>Tells both ends the time if they asked for it.</summary>
    internal void OnTime()
    {
        foreach (var session in new[] { Initiator, Responder })
        {
            if (Time.GetTimestamp() >= session.NextDeadline) session.OnTime();
        }
    }

    public void Dispose()
    {
        Initiator.Dispose();
        Responder.Dispose();
    }

    private static Session Create(SessionRole role, TunnelSuite suite, SessionOptions options, SessionParameters? parameters, byte seed) => new(
        Secrets(role, suite, seed),
        parameters ?? Parameters,
        role == SessionRole.Initiator ? InitiatorKey : ResponderKey,
        (role == SessionRole.Initiator ? ResponderKey : InitiatorKey).PublicKey,
        options);
}
