namespace Causeway.Libp2p.Observations;

/// <summary>How the NAT in front of a host maps its TCP listeners (RFC 4787, section 4.1, as RFC 5382 takes it over).</summary>
public enum NatMapping
{
    /// <summary>Not known: too few have told what they see.</summary>
    Unknown,

    /// <summary>All see the same address (or there is no NAT): what some see can be told to others, and hole punching can work.</summary>
    EndpointIndependent,

    /// <summary>Everybody sees another address: what one sees is of no use to others.</summary>
    EndpointDependent,
}
