using Causeway.Lab.Probing;

namespace Causeway.Lab.Nats;

/// <summary>How a site is connected to the public network: directly, through a NAT, or through several.</summary>
/// <param name="Name">What people call it: lower-case letters, digits and dashes.</param>
/// <param name="Description">One line.</param>
/// <param name="Layers">The NATs, from the one beside the machine to the one beside the public network. None: the machine has a public address.</param>
public sealed record NatProfile(string Name, string Description, params IReadOnlyList<NatLayer> Layers)
{
    /// <summary>What all layers together do with TCP.</summary>
    public NatPolicy Tcp => Layers.Aggregate(NatPolicy.Open, (inner, layer) => inner.Behind(layer.Tcp));

    /// <summary>What all layers together do with UDP; none: a layer blocks it.</summary>
    public NatPolicy? Udp => Layers.Aggregate((NatPolicy?)NatPolicy.Open, (inner, layer) => layer.Udp is null ? null : inner?.Behind(layer.Udp));

    /// <summary>The one TCP port that may be dialed, or any.</summary>
    public int? OnlyPort => Layers.FirstOrDefault(l => l.OnlyPort is not null)?.OnlyPort;

    /// <summary>Whether the machine has no address that others can use.</summary>
    public bool IsTranslated => Layers.Count > 0;

    /// <summary>Whether a mapping can be reached from behind the same NAT: the outermost turns the packet round, and those inside let a stranger's in.</summary>
    public bool Hairpins =>
        Layers.Count > 0 && Layers[^1].Hairpins && Layers.SkipLast(1).All(l => l.Tcp.Filtering == NatBehavior.EndpointIndependent);

    /// <summary>What <see cref="NatProbe"/> must find.</summary>
    public NatMeasurement Promise => new()
    {
        Tcp = Tcp,
        Udp = Udp,
        IsTranslated = IsTranslated,
        PreservesPorts = Layers.All(l => l.PreservesPorts),
        TcpHairpins = Hairpins,
        UdpHairpins = Hairpins && Udp is not null,
        IsLimitedToPort443 = OnlyPort == 443,
    };

    /// <inheritdoc/>
    public override string ToString() => Name;
}
