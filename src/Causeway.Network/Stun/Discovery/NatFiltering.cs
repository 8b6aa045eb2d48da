namespace Causeway.Network.Stun.Discovery;

/// <summary>Whose datagrams a NAT or firewall lets in to a socket (RFC 4787 §5).</summary>
public enum NatFiltering
{
    /// <summary>Not found out: the server has no second address.</summary>
    Unknown,

    /// <summary>Everybody's, once the socket has sent something.</summary>
    EndpointIndependent,

    /// <summary>Those of addresses to which the socket has sent.</summary>
    AddressDependent,

    /// <summary>Those of addresses and ports to which the socket has sent.</summary>
    AddressAndPortDependent,
}
