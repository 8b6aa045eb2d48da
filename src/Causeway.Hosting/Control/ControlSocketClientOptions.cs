namespace Causeway.Hosting.Control;

/// <summary>What a <see cref="ControlSocketClient"/> says in every request, and its limits.</summary>
/// <param name="Generation">The generation of what is said; a server of another one is not understood.</param>
/// <param name="MaxResponse">The longest answer in bytes.</param>
/// <param name="Patience">How long an answer may take.</param>
/// <param name="PartPatience">How long each part may take of what comes in parts; <see cref="Timeout.InfiniteTimeSpan"/> where there may be nothing to say for any time.</param>
public sealed record ControlSocketClientOptions(string Generation, int MaxResponse, TimeSpan Patience, TimeSpan PartPatience)
{
    /// <summary>More headers. Default none.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
}
