using Causeway.Multiformats;

namespace Causeway.Libp2p.AutoNat.Client;

/// <summary>What came of asking a server.</summary>
/// <param name="Outcome">The answer's kind.</param>
/// <param name="Address">Which of our addresses it is about; null where it is about none, or (version 1) where the server did not say.</param>
internal sealed record ProbeResult(ProbeOutcome Outcome, Multiaddress? Address = null);

/// <summary>Kinds of answers.</summary>
internal enum ProbeOutcome
{
    /// <summary>No answer, or none that makes sense.</summary>
    Failed,

    /// <summary>It dialed us.</summary>
    Reachable,

    /// <summary>It tried to dial us in vain.</summary>
    Unreachable,

    /// <summary>It dials none of these addresses.</summary>
    Refused,

    /// <summary>It has no time for us now.</summary>
    Rejected,
}
