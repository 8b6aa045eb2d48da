using System.Collections.Concurrent;
using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Protocol.Handshakes;
using Causeway.Tunnel.Protocol.Handshakes.Guarding;
using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Tests.Protocol.Handshakes;

/// <summary>A member with a key made of its name, who knows a few others, with one handshake in each role.</summary>
internal sealed class TestMember : IMembers
{
    private static readonly ConcurrentDictionary<string, HybridSigningKey> Keys = new();

    private readonly Dictionary<TunnelPeerId, HybridPublicKey?> _members = [];

    public TestMember(string name, ManualTimeProvider time, TunnelCapabilities capabilities = TunnelCapabilities.None, IInvitations? invitations = null, string? seed = null)
    {
        Time = time;
        Context = new HandshakeContext(KeyOf(name), time, new SeededRandom(seed ?? name)) { Capabilities = capabilities };
        Invitations = invitations;
        Guard = NewGuard();
    }

    public ManualTimeProvider Time { get; }

    public HandshakeContext Context { get; init; }

    public IInvitations? Invitations { get; }

    public HelloGuard Guard { get; private set; }

    public TunnelPeerId Id => Context.Self;

    public HandshakeInitiator? Initiator { get; private set; }

    public HandshakeResponder? Responder { get; private set; }

    public int Pending { get; set; }

    public static HybridSigningKey KeyOf(string name) => Keys.GetOrAdd(name, n =>
    {
        var seed = new byte[HybridSigningKey.SeedSize];
        new SeededRandom("key of " + n).Fill(seed);
        return HybridSigningKey.FromSeed(seed);
    });

    /// <summary>As after a restart: it has forgotten every HELLO.</summary>
    public HelloGuard NewGuard() => Guard = new HelloGuard(Id, this, Invitations, Context.Suites, Time, Context.Random);

    public void Knows(TestMember other, bool withKey = true) => _members[other.Id] = withKey ? other.Context.Key.PublicKey : null;

    public void Forgets(TestMember other) => _members.Remove(other.Id);

    public bool TryFind(TunnelPeerId peer, out HybridPublicKey? publicKey) => _members.TryGetValue(peer, out publicKey);

    public byte[] Begin(TestMember other, bool withKey = true, InvitationProof? invitation = null)
    {
        Initiator?.Dispose();
        Initiator = new HandshakeInitiator(Context, other.Id, withKey ? other.Context.Key.PublicKey : null, invitation);
        return Initiator.Outgoing.ToArray();
    }

    /// <summary>What this member answers to a message from <paramref name="source"/>; null for nothing.</summary>
    public byte[]? Receive(TunnelPeerId source, byte[] message, out HandshakeOutcome outcome)
    {
        outcome = HandshakeOutcome.None;
        if (message.Length > 0 && message[0] == (byte)HandshakeMessageType.Hello) return OnHello(source, message);
        if (Initiator is not null && Initiator.Responder == source)
        {
            outcome = Initiator.Receive(message);
            if (outcome == HandshakeOutcome.Send) return Initiator.Outgoing.ToArray();
            if (outcome != HandshakeOutcome.None) return null;
        }

        if (Responder is null || Responder.Initiator != source) return null;
        outcome = Responder.Receive(message);
        return outcome is HandshakeOutcome.Send or HandshakeOutcome.Established ? Responder.Outgoing.ToArray() : null;
    }

    private byte[]? OnHello(TunnelPeerId source, byte[] message)
    {
        var verdict = Guard.Check(source, message, Pending, Responder is null || Responder.Initiator != source ? default : Responder.BeingAnswered);
        LastReason = verdict.Reason;
        switch (verdict.Decision)
        {
            case HelloDecision.Reply: return verdict.Reply;
            case HelloDecision.Repeat: return Responder!.Outgoing.ToArray();
            case HelloDecision.Accept:
                Responder?.Dispose();
                Responder = new HandshakeResponder(Context, message, verdict, Invitations);
                return Responder.Outgoing.ToArray();
            default: return null;
        }
    }

    public HelloReason LastReason { get; private set; }
}
