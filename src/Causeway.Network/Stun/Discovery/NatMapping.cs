namespace Causeway.Network.Stun.Discovery;

/// <summary>Which public port a NAT gives a socket (RFC 4787 §4.1).</summary>
public enum NatMapping
{
    /// <summary>Not found out.</summary>
    Unknown,

    /// <summary>No address is translated.</summary>
    None,

    /// <summary>One for all destinations.</summary>
    EndpointIndependent,

    /// <summary>One per destination address.</summary>
    AddressDependent,

    /// <summary>One per destination address and port ("symmetric").</summary>
    AddressAndPortDependent,

    /// <summary>One per destination address, or per address and port: the servers asked cannot tell these apart.</summary>
    Dependent,
}
