namespace Causeway.Node.Control;

/// <summary>A peer and where it can be reached.</summary>
/// <param name="PeerId">Its ID.</param>
/// <param name="Addresses">Its addresses, without <c>/p2p</c>.</param>
public sealed record PeerReport(string PeerId, IReadOnlyList<string> Addresses);
