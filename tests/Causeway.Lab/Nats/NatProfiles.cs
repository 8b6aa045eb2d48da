using static Causeway.Lab.Nats.NatBehavior;

namespace Causeway.Lab.Nats;

/// <summary>The NATs that <c>./lab two-nats</c> knows by name.</summary>
public static class NatProfiles
{
    private static readonly (NatBehavior Behavior, string Short, string Long)[] Words =
        [(EndpointIndependent, "ei", "endpoint-independent"), (AddressDependent, "ad", "address-dependent"), (AddressAndPortDependent, "apd", "address-and-port-dependent")];

    private static readonly NatPolicy Answers = new(EndpointIndependent, AddressAndPortDependent);

    /// <summary>The nine combinations of mapping and filtering (RFC 4787 sections 4.1 and 5), from <c>eim-eif</c> to <c>apdm-apdf</c>.</summary>
    public static IReadOnlyList<NatProfile> Combinations { get; } =
    [
        .. from mapping in Words
           from filtering in Words
           select new NatProfile($"{mapping.Short}m-{filtering.Short}f", $"{mapping.Long} mapping, {filtering.Long} filtering", new NatLayer(new(mapping.Behavior, filtering.Behavior))),
    ];

    /// <summary>No NAT.</summary>
    public static NatProfile None { get; } = new("none", "a public address, nothing is filtered");

    /// <summary>One mapping for everybody, open to everybody: the most that a NAT can do for others to get through.</summary>
    public static NatProfile Open { get; } = Combined(EndpointIndependent, EndpointIndependent) with { Name = "endpoint-independent" };

    /// <summary>A mapping per remote endpoint on a random port, open to that endpoint alone.</summary>
    public static NatProfile Symmetric { get; } = Combined(AddressAndPortDependent, AddressAndPortDependent) with { Name = "symmetric" };

    /// <summary>What stands in most homes.</summary>
    public static NatProfile Home { get; } =
        new("home", "a home router: ports preserved, nothing but answers let in", new NatLayer(Answers) { PreservesPorts = true });

    /// <summary>A NAT that turns packets round which its own machines send to each other's external endpoints.</summary>
    public static NatProfile Hairpin { get; } = new("hairpin", "eim-apdf that hairpins", new NatLayer(Answers) { Hairpins = true });

    /// <summary>A carrier's NAT as RFC 6888 wants it, and a home router behind it.</summary>
    public static NatProfile Carrier { get; } = new(
        "carrier", "a home router behind a carrier's endpoint-independent NAT", Home.Layers[0], new NatLayer(NatPolicy.Open) { Hairpins = true });

    /// <summary>A carrier's NAT that gives every connection another port, and a home router behind it.</summary>
    public static NatProfile CarrierSymmetric { get; } =
        new("carrier-symmetric", "a home router behind a carrier's symmetric NAT", Home.Layers[0], Symmetric.Layers[0]);

    /// <summary>TCP passes as at home, no UDP at all.</summary>
    public static NatProfile UdpBlocked { get; } = new("udp-blocked", "eim-apdf for TCP, no UDP", new NatLayer(Answers) { Udp = null });

    /// <summary>A strict company network.</summary>
    public static NatProfile Only443 { get; } =
        new("only-443", "nothing but outbound TCP to port 443", new NatLayer(Answers) { Udp = null, OnlyPort = 443 });

    /// <summary>All of them.</summary>
    public static IReadOnlyList<NatProfile> All { get; } =
        [None, Open, Home, Hairpin, Symmetric, Carrier, CarrierSymmetric, UdpBlocked, Only443, .. Combinations];

    /// <summary>The one with this name.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public static NatProfile Find(string name) => All.FirstOrDefault(p => p.Name == name)
        ?? throw new LabException($"there is no NAT '{name}': choose one of {string.Join(", ", All.Select(p => p.Name))}");

    private static NatProfile Combined(NatBehavior mapping, NatBehavior filtering) =>
        Combinations.First(p => p.Layers[0].Tcp == new NatPolicy(mapping, filtering));
}
