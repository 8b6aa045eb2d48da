namespace Causeway.Tunnel.Protocol.Peers;

/// <summary>Kinds of <see cref="EndpointWork"/>. The values of a session's work are bits: each is queued once at a time.</summary>
internal enum EndpointWorkKind
{
    /// <summary>A session computes something for a rekey.</summary>
    Compute = 1,

    /// <summary>The initiator was heard under a new session: it is sent under from now on.</summary>
    Promote = 2,

    /// <summary>A session has ended, or needs a successor.</summary>
    Check = 4,

    /// <summary>A message of a handshake.</summary>
    Message = 8,

    /// <summary>A frame came of a session that is not known.</summary>
    Trigger = 16,
}
