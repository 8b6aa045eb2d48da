namespace Causeway.Node.Control;

/// <summary>One ping.</summary>
/// <param name="Sequence">From 1.</param>
/// <param name="RoundTripMilliseconds">What was measured; null when nothing came back.</param>
/// <param name="Problem">Why nothing came back.</param>
public sealed record PingReport(int Sequence, double? RoundTripMilliseconds, string? Problem);
