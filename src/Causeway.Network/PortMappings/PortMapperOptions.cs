using System.Net;

namespace Causeway.Network.PortMappings;

/// <summary>How a <see cref="PortMapper"/> asks the router. Immutable; validated when the mapper is made.</summary>
public sealed record PortMapperOptions
{
    /// <summary>How long a mapping shall last without renewal, 2 min to 24 h; a router may grant less or more. Default 1 h.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How often the router is asked whether it still knows the mappings and still has the same address, 5 s to 1 h. Default 1 min.</summary>
    public TimeSpan CheckInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The pause after a failure, 1 s to 1 h; it doubles with each further one, up to <see cref="MaxRetryInterval"/>. Default 15 s.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The longest pause after failures, at least <see cref="RetryInterval"/>, up to 24 h. Default 15 min.</summary>
    public TimeSpan MaxRetryInterval { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long deleting the mappings may take when the mapper is disposed, 0 to 1 min; what is left then expires by itself. Default 3 s.</summary>
    public TimeSpan GoodbyeTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Mappings at once, 1 to 1024. Default 64.</summary>
    public int MaxMappings { get; init; } = 64;

    /// <summary>Which protocols may be used, at least one. Default: all.</summary>
    public IReadOnlyList<PortMappingProtocol> Protocols { get; init; } = [PortMappingProtocol.Pcp, PortMappingProtocol.NatPmp, PortMappingProtocol.Upnp];

    /// <summary>The name that the router's list of mappings shows (UPnP only), 1 to 32 ASCII letters, digits and spaces. Default <c>Causeway</c>.</summary>
    public string Description { get; init; } = "Causeway";

    /// <summary>The router's IPv4 address on this side. Default: null, that of the default route.</summary>
    public IPAddress? Router { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">One is out of its range; the message names it.</exception>
    public void Validate()
    {
        Check(Lifetime >= TimeSpan.FromMinutes(2) && Lifetime <= TimeSpan.FromHours(24), nameof(Lifetime), "2 min to 24 h");
        Check(CheckInterval >= TimeSpan.FromSeconds(5) && CheckInterval <= TimeSpan.FromHours(1), nameof(CheckInterval), "5 s to 1 h");
        Check(RetryInterval >= TimeSpan.FromSeconds(1) && RetryInterval <= TimeSpan.FromHours(1), nameof(RetryInterval), "1 s to 1 h");
        Check(MaxRetryInterval >= RetryInterval && MaxRetryInterval <= TimeSpan.FromHours(24), nameof(MaxRetryInterval), "RetryInterval to 24 h");
        Check(GoodbyeTimeout >= TimeSpan.Zero && GoodbyeTimeout <= TimeSpan.FromMinutes(1), nameof(GoodbyeTimeout), "0 to 1 min");
        Check(MaxMappings is >= 1 and <= 1024, nameof(MaxMappings), "1 to 1024");
        Check(Protocols.Count > 0 && Protocols.All(Enum.IsDefined), nameof(Protocols), "PCP, NAT-PMP and UPnP, at least one of them");
        Check(Description.Length is >= 1 and <= 32 && Description.All(c => char.IsAsciiLetterOrDigit(c) || c == ' '), nameof(Description), "1 to 32 letters, digits and spaces");
        Check(Router is null or { AddressFamily: System.Net.Sockets.AddressFamily.InterNetwork }, nameof(Router), "IPv4 addresses");
    }

    private static void Check(bool holds, string name, string range)
    {
        if (!holds) throw new ArgumentException($"{name} must be in the range {range}.");
    }
}
