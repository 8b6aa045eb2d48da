using Causeway.Lab.Nats;

namespace Causeway.Lab.Probing;

/// <summary>What probes have found out about the way from a machine to the public network.</summary>
public sealed record NatMeasurement
{
    /// <summary>Mapping and filtering of TCP.</summary>
    public required NatPolicy Tcp { get; init; }

    /// <summary>Mapping and filtering of UDP; none: no datagram comes back.</summary>
    public required NatPolicy? Udp { get; init; }

    /// <summary>Whether others see another address than the machine's own.</summary>
    public required bool IsTranslated { get; init; }

    /// <summary>Whether others see the ports that the machine has bound.</summary>
    public required bool PreservesPorts { get; init; }

    /// <summary>Whether the machine reaches itself under the endpoint that others see, with TCP.</summary>
    public required bool TcpHairpins { get; init; }

    /// <summary>Whether the machine reaches itself under the endpoint that others see, with UDP.</summary>
    public required bool UdpHairpins { get; init; }

    /// <summary>Whether servers are reached on TCP port 443 and on no other.</summary>
    public required bool IsLimitedToPort443 { get; init; }

    /// <summary>The same in words, for people.</summary>
    public string Describe() => $"""
        addresses  {(IsTranslated ? "translated" : "public")}, ports {(PreservesPorts ? "preserved" : "not preserved")}
        TCP        {(IsLimitedToPort443 ? "port 443 only; " : "")}{Tcp}; {Hairpin(TcpHairpins)}
        UDP        {(Udp is null ? "blocked" : $"{Udp}; {Hairpin(UdpHairpins)}")}
        """;

    private static string Hairpin(bool works) => works ? "hairpins" : "does not hairpin";
}
