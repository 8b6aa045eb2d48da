namespace Causeway.Relay.Admission;

/// <summary>Whether a connection may come in.</summary>
internal enum AdmissionResult
{
    /// <summary>It may.</summary>
    Admitted,

    /// <summary>There is no room for anybody, or the relay is going down (503).</summary>
    Full,

    /// <summary>Too many connections of this address (429).</summary>
    TooManyOfAddress,

    /// <summary>Too many failed proofs from this address (429).</summary>
    TooManyFailures,
}
