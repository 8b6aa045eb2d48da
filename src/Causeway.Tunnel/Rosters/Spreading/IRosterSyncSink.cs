using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Sessions.Frames;

namespace Causeway.Tunnel.Rosters.Spreading;

/// <summary>Where <see cref="RosterSync"/> puts what comes out of it. Called without its lock, from whichever thread called it; may call back.</summary>
public interface IRosterSyncSink
{
    /// <summary>A message is to be sent to a connected member.</summary>
    void Send(TunnelPeerId peer, FrameKind kind, ReadOnlySpan<byte> body);

    /// <summary>The roster has changed: sessions with who is no longer on it end, the digest in heartbeats is a new one.</summary>
    void Changed(Roster roster);

    /// <summary>A member sent what is wrong or not signed by its author, and is not asked for a minute.</summary>
    void Misbehaved(TunnelPeerId peer, string what);
}
