namespace Causeway.Tunnel.Daemon.Control;

/// <summary>One answer, or its absence, of <c>causeway tunnel ping</c>.</summary>
/// <param name="Sequence">1 for the first.</param>
/// <param name="RoundTripMilliseconds">The round trip; null: no answer in time.</param>
/// <param name="Path">The way that it took, such as "relay fra1.example".</param>
/// <param name="Problem">Why there was no answer, a sentence.</param>
public sealed record PingReport(int Sequence, double? RoundTripMilliseconds, string? Path, string? Problem);
