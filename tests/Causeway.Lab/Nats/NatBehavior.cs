namespace Causeway.Lab.Nats;

/// <summary>What of the remote endpoint matters, for a mapping (RFC 4787 section 4.1) or for a filter (section 5). A larger value is stricter.</summary>
public enum NatBehavior
{
    /// <summary>Nothing: one mapping for everybody; anybody may send to it.</summary>
    EndpointIndependent,

    /// <summary>Its address: a mapping per remote address; whoever has been sent something, from any port.</summary>
    AddressDependent,

    /// <summary>Its address and port: a mapping per remote endpoint; nobody but the endpoint that has been sent something.</summary>
    AddressAndPortDependent,
}
