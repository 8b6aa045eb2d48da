using Causeway.Tunnel.Protocol.Sessions;

namespace Causeway.Tunnel.Protocol.Peers;

/// <summary>A session with a peer and what the endpoint knows about it.</summary>
internal sealed class SessionSlot(Session session, PeerSession description, DateTimeOffset since)
{
    private int _work;

    public Session Session { get; } = session;

    public PeerSession Description { get; } = description;

    public DateTimeOffset Since { get; } = since;

    /// <summary>Until when it is received; <see cref="TimeSpan.MaxValue"/> as long as no other has taken its place.</summary>
    public TimeSpan Expires { get; set; } = TimeSpan.MaxValue;

    /// <summary>When the initiator says again that it is there, until it has heard the responder; else <see cref="TimeSpan.MaxValue"/>.</summary>
    public TimeSpan NextCall { get; set; } = TimeSpan.MaxValue;

    /// <summary>How long it waits after that.</summary>
    public TimeSpan CallInterval { get; set; }

    /// <summary>Claims the right to queue a kind of work; given back by <see cref="EndWork"/>.</summary>
    public bool TryBeginWork(EndpointWorkKind kind) => (Interlocked.Or(ref _work, (int)kind) & (int)kind) == 0;

    /// <summary>Lets this kind of work be queued again.</summary>
    public void EndWork(EndpointWorkKind kind) => Interlocked.And(ref _work, ~(int)kind);
}
