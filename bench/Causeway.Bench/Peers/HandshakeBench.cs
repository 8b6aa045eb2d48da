using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Protocol.Handshakes;
using Causeway.Tunnel.Protocol.Handshakes.Guarding;
using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Bench.Peers;

/// <summary>Two members in one thread, which takes turns in being one and the other; each pays for what it does.</summary>
internal sealed class HandshakeBench : IMembers, IInvitations, IDisposable
{
    private const int DataHeader = 4 + TunnelPeerId.Size;

    private readonly HybridSigningKey _aliceKey = HybridSigningKey.Generate();
    private readonly HybridSigningKey _bobKey = HybridSigningKey.Generate();
    private readonly Clock _clock = new();
    private readonly HandshakeContext _alice;
    private readonly HandshakeContext _bob;
    private readonly HelloGuard _guard;
    private bool _withKeys;

    public HandshakeBench()
    {
        _alice = new HandshakeContext(_aliceKey, _clock);
        _bob = new HandshakeContext(_bobKey, _clock);
        _guard = new HelloGuard(_bob.Self, this, this, _bob.Suites, _clock, _bob.Random);
    }

    public List<HandshakeCost> Measure(int count, bool withKeys)
    {
        _withKeys = withKeys;
        return [.. Enumerable.Range(0, count).Select(_ => MeasureOne())];
    }

    public bool TryFind(TunnelPeerId peer, out HybridPublicKey? publicKey)
    {
        publicKey = _aliceKey.PublicKey;
        return !_withKeys;
    }

    public bool TryGetKey(ReadOnlySpan<byte> invitationId, TunnelPeerId newcomer, Span<byte> key)
    {
        key.Clear();
        return true;
    }

    public bool TryUse(ReadOnlySpan<byte> invitationId, TunnelPeerId newcomer) => true;

    public void Dispose()
    {
        _guard.Dispose();
        _aliceKey.Dispose();
        _bobKey.Dispose();
    }

    private HandshakeCost MeasureOne()
    {
        // A source has a token a second, and every HELLO must be later than the one before.
        _clock.Advance(TimeSpan.FromSeconds(2));
        using var invitation = _withKeys ? new InvitationProof(new byte[InvitationProof.IdSize], new byte[InvitationProof.KeySize]) : null;
        var start = ThreadCpu.Milliseconds;
        using var initiator = new HandshakeInitiator(_alice, _bob.Self, _withKeys ? null : _bobKey.PublicKey, invitation);
        var hello = initiator.Outgoing;
        var atHello = ThreadCpu.Milliseconds;
        var verdict = _guard.Check(_alice.Self, hello.Span, 0, default);
        using var responder = new HandshakeResponder(_bob, hello.Span, verdict, this);
        var challenge = responder.Outgoing;
        var atChallenge = ThreadCpu.Milliseconds;
        Expect(initiator.Receive(challenge.Span), HandshakeOutcome.Send);
        var response = initiator.Outgoing;
        var atResponse = ThreadCpu.Milliseconds;
        Expect(responder.Receive(response.Span), HandshakeOutcome.Established);
        using var theirs = responder.TakeResult();
        var established = responder.Outgoing;
        var atEstablished = ThreadCpu.Milliseconds;
        Expect(initiator.Receive(established.Span), HandshakeOutcome.Established);
        using var ours = initiator.TakeResult();
        var end = ThreadCpu.Milliseconds;
        if (ours.Secrets.SessionId != theirs.Secrets.SessionId) throw new InvalidOperationException("The two sides have two sessions.");
        return new HandshakeCost(
            atHello - start + (atResponse - atChallenge) + (end - atEstablished),
            atChallenge - atHello + (atEstablished - atResponse),
            hello.Length + challenge.Length + response.Length + established.Length + (4 * DataHeader),
            4);
    }

    private static void Expect(HandshakeOutcome outcome, HandshakeOutcome expected)
    {
        if (outcome != expected) throw new InvalidOperationException($"The handshake went wrong: {outcome}.");
    }

    private sealed class Clock : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.UnixEpoch + TimeSpan.FromDays(20_000);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => _now;

        public override long GetTimestamp() => _now.Ticks;

        public void Advance(TimeSpan by) => _now += by;
    }
}
