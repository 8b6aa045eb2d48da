using Causeway.Tunnel.Protocol.Handshakes.Guarding;
using Causeway.Tunnel.Protocol.Sessions;

namespace Causeway.Tunnel.Protocol.Peers;

/// <summary>What a <see cref="TunnelEndpoint"/> is given, and limits of the protocol that tests change (docs/protocol/tunnel.md §8).</summary>
public sealed record TunnelEndpointOptions
{
    /// <summary>The invitations that this member has given out, if it can. Default: none.</summary>
    public IInvitations? Invitations { get; init; }

    /// <summary>How many handshakes this member begins at once: a network may have 4096 members, and each costs two signatures. Default: 64.</summary>
    public int MaxAttempts { get; init; } = 64;

    /// <summary>How many messages of handshakes wait to be worked upon, before more are dropped. Default: 512.</summary>
    public int MaxWaiting { get; init; } = 512;

    /// <summary>How long a session is still received after another took its place. Default: 30 s.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often at most a frame of an unknown session makes a handshake begin. Default: every 5 s.</summary>
    public TimeSpan UnknownSessionInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The sessions' limits; their clock and randomness are the context's.</summary>
    public SessionOptions Sessions { get; init; } = new();
}
