using System.Text;
using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Protocol.Handshakes;
using Causeway.Tunnel.Protocol.Handshakes.Guarding;
using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Peers;
using Causeway.Tunnel.Protocol.Sessions;
using Causeway.Tunnel.Protocol.Sessions.Frames;
using Causeway.Tunnel.Tests.Protocol.Handshakes;

namespace Causeway.Tunnel.Tests.Protocol.Peers;

/// <summary>A member of a <see cref="SimulatedNetwork"/>: an endpoint, a roster, and a note of everything that it was told.</summary>
internal sealed class SimulatedMember : ITunnelSink, IMembers
{
    private readonly SimulatedNetwork _network;
    private int _starts;

    public SimulatedMember(SimulatedNetwork network, string name)
    {
        _network = network;
        Name = name;
        Id = TunnelPeerId.FromPublicKey(TestMember.KeyOf(name).PublicKey);
        Restart();
    }

    public string Name { get; }

    public TunnelPeerId Id { get; }

    public HybridPublicKey PublicKey => TestMember.KeyOf(Name).PublicKey;

    public TunnelEndpoint Endpoint { get; private set; } = null!;

    public HandshakeContext Context { get; private set; } = null!;

    public Dictionary<TunnelPeerId, HybridPublicKey> Roster { get; } = [];

    public IInvitations? Invitations { get; set; }

    public TunnelCapabilities Capabilities { get; set; }

    public HandshakeParameters Parameters { get; set; } = new();

    public SessionOptions SessionOptions { get; set; } = new();

    public List<(TunnelPeerId Source, string Text)> Frames { get; } = [];

    public List<(TunnelPeerId Source, FrameKind Kind)> Controls { get; } = [];

    public List<string> Events { get; } = [];

    public Dictionary<TunnelPeerId, PeerSession> Sessions { get; } = [];

    /// <summary>As if the process had been killed: nothing is closed, nothing is remembered but the roster.</summary>
    public void Restart()
    {
        Context = new HandshakeContext(TestMember.KeyOf(Name), _network.Time, new SeededRandom($"{Name} {_starts++}")) { Capabilities = Capabilities, Parameters = Parameters };
        Endpoint = new TunnelEndpoint(Context, this, this, new TunnelEndpointOptions { Invitations = Invitations, Sessions = SessionOptions });
        Sessions.Clear();
    }

    public void Knows(params IEnumerable<SimulatedMember> others)
    {
        foreach (var other in others.Where(o => o != this)) Roster[other.Id] = other.PublicKey;
    }

    public bool TryFind(TunnelPeerId peer, out HybridPublicKey? publicKey) => Roster.TryGetValue(peer, out publicKey);

    /// <summary>Sends an Ethernet frame with a text in it; false if there is no session.</summary>
    public bool SendFrame(SimulatedMember to, string text)
    {
        var payload = Seal(to, text);
        if (payload is null) return false;
        _network.Post(this, to.Id, payload);
        return true;
    }

    public byte[]? Seal(SimulatedMember to, string text)
    {
        var body = new byte[Math.Max(60, 14 + text.Length)];
        Encoding.ASCII.GetBytes(text, body.AsSpan(14));
        var payload = new byte[body.Length + FrameLayout.Overhead];
        body.CopyTo(payload.AsSpan(FrameLayout.BodyOffset));
        return Endpoint.Seal(to.Id, FrameKind.Frame, payload) == SealStatus.Sealed ? payload : null;
    }

    public bool HasSession(SimulatedMember with) => Sessions.ContainsKey(with.Id) && Endpoint.HasSession(with.Id);

    public void Send(TunnelPeerId destination, ReadOnlySpan<byte> payload) => _network.Post(this, destination, payload.ToArray());

    public void FrameReceived(TunnelPeerId source, FrameKind kind, Span<byte> body) => Frames.Add((source, Encoding.ASCII.GetString(body[14..]).TrimEnd('\0')));

    public void ControlReceived(TunnelPeerId source, FrameKind kind, ReadOnlySpan<byte> body) => Controls.Add((source, kind));

    public void DigestReceived(TunnelPeerId source, ReadOnlySpan<byte> rosterDigest) => LastDigest = rosterDigest.ToArray();

    public byte[] LastDigest { get; private set; } = [];

    public void SessionUp(TunnelPeerId peer, PeerSession session)
    {
        Sessions[peer] = session;
        Events.Add($"up {_network.NameOf(peer)}{(session.IsReplacement ? " again" : "")}");
    }

    public void SessionDown(TunnelPeerId peer, SessionEnd reason)
    {
        Sessions.Remove(peer);
        Events.Add($"down {_network.NameOf(peer)} {reason}");
    }

    public void AttemptFailed(TunnelPeerId peer, HandshakeErrorCode hint) => Events.Add($"failed {_network.NameOf(peer)} {hint}");

    public void HandshakeHint(TunnelPeerId peer, HandshakeErrorCode hint) => Events.Add($"hint {_network.NameOf(peer)} {hint}");

    public void Wake()
    {
    }
}
