namespace Causeway.Network.Dns;

/// <summary>Why a name could not be resolved.</summary>
public enum DnsFailure
{
    /// <summary>The text is no domain name.</summary>
    InvalidName,

    /// <summary>The domain system says that there is no such name (NXDOMAIN).</summary>
    NameNotFound,

    /// <summary>No server answered in time, or none can be reached. Later it may work.</summary>
    Unreachable,

    /// <summary>The servers answered that they cannot or will not say (SERVFAIL, REFUSED …).</summary>
    Refused,

    /// <summary>What the servers answered is malformed, or its aliases lead in a circle or too far.</summary>
    Malformed,
}
