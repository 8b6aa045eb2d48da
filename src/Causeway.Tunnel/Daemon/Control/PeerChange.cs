namespace Causeway.Tunnel.Daemon.Control;

/// <summary>What an administrator changes about a member, as the control socket carries it.</summary>
/// <param name="Peer">The member: name, peer ID or the beginning of one.</param>
/// <param name="Value">The name, the address, or the role (member, admin); null for a removal.</param>
public sealed record PeerChange(string Peer, string? Value);
