using System.Net;

namespace Causeway.Tunnel.Protocol.Handshakes.Messages;

/// <summary>An address under which a member may be reached directly.</summary>
/// <param name="Kind">Where it comes from.</param>
/// <param name="Address">The address and port.</param>
public sealed record Candidate(CandidateKind Kind, IPEndPoint Address);
