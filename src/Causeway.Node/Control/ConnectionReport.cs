namespace Causeway.Node.Control;

/// <summary>A connection.</summary>
/// <param name="PeerId">The other end.</param>
/// <param name="Address">Its address, without <c>/p2p</c>.</param>
/// <param name="Direction"><c>inbound</c> or <c>outbound</c>.</param>
/// <param name="Relayed">Whether it goes through a relay.</param>
/// <param name="Limited">Whether that relay limits it.</param>
/// <param name="RoundTripMilliseconds">The smoothed round-trip time; null when it has not been measured.</param>
/// <param name="Streams">Open streams.</param>
/// <param name="Agent">What the other end calls itself.</param>
/// <param name="OpenedAt">Since when.</param>
public sealed record ConnectionReport(
    string PeerId, string Address, string Direction, bool Relayed, bool Limited, double? RoundTripMilliseconds, int Streams, string? Agent, DateTimeOffset OpenedAt);
