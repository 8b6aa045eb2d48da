namespace Causeway.Lab.Nats;

/// <summary>What a NAT does with one transport protocol: mapping and filtering are two things (RFC 4787; RFC 5382 for TCP).</summary>
/// <param name="Mapping">Which packets of one internal endpoint get the same external endpoint.</param>
/// <param name="Filtering">Which packets are let in to an external endpoint. It belongs to the mapping: of two mappings of one endpoint, each has its own.</param>
public sealed record NatPolicy(NatBehavior Mapping, NatBehavior Filtering)
{
    /// <summary>No NAT.</summary>
    public static NatPolicy Open { get; } = new(NatBehavior.EndpointIndependent, NatBehavior.EndpointIndependent);

    /// <summary>What two NATs in a row amount to: each property as that of the stricter.</summary>
    public NatPolicy Behind(NatPolicy outer) =>
        new((NatBehavior)Math.Max((int)Mapping, (int)outer.Mapping), (NatBehavior)Math.Max((int)Filtering, (int)outer.Filtering));

    /// <inheritdoc/>
    public override string ToString() => $"mapping {Words(Mapping)}, filtering {Words(Filtering)}";

    private static string Words(NatBehavior behavior) => behavior switch
    {
        NatBehavior.EndpointIndependent => "endpoint-independent",
        NatBehavior.AddressDependent => "address-dependent",
        _ => "address-and-port-dependent",
    };
}
