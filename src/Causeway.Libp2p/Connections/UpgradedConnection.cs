using Causeway.Libp2p.Muxing;
using Causeway.Libp2p.Security;
using Causeway.Libp2p.Transports;

namespace Causeway.Libp2p.Connections;

/// <summary>A raw connection that has become a secured, multiplexed one.</summary>
/// <param name="Transport">The raw connection underneath. Whoever holds this record disposes it after the muxer has ended.</param>
/// <param name="Channel">Who the other end is, and the plaintext pipe (which the muxer owns by now).</param>
/// <param name="Muxer">The running muxer.</param>
/// <param name="Role">Which side we are.</param>
/// <param name="SecurityProtocol">The security protocol's ID, such as <c>/noise</c>.</param>
/// <param name="MuxerProtocol">The muxer protocol's ID, such as <c>/yamux/1.0.0</c>.</param>
public sealed record UpgradedConnection(
    TransportConnection Transport, SecureChannel Channel, IMuxer Muxer, ConnectionRole Role, string SecurityProtocol, string MuxerProtocol);
