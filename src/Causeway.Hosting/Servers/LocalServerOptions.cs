using System.Net;

namespace Causeway.Hosting.Servers;

/// <summary>Where a server listens.</summary>
public sealed record LocalServerOptions
{
    /// <summary>Addresses to bind. Default none: loopback, IPv4 and, where there is one, IPv6.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];

    /// <summary>The port; null takes the first free one from <see cref="FirstPort"/> on, 0 leaves the choice to the system.</summary>
    public int? Port { get; init; }

    /// <summary>Where the search for a free port begins. Default 10000.</summary>
    public int FirstPort { get; init; } = 10_000;

    /// <summary>Ports to try (1 to 1000). Default 100.</summary>
    public int PortsToTry { get; init; } = 100;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is out of its range.</exception>
    public void Validate()
    {
        if (Port is < 0 or > 65_535) throw new ArgumentOutOfRangeException(nameof(Port), "Port must be 0 to 65535.");
        if (PortsToTry is < 1 or > 1000) throw new ArgumentOutOfRangeException(nameof(PortsToTry), "PortsToTry must be 1 to 1000.");
        if (FirstPort < 1 || FirstPort + PortsToTry > 65_536) throw new ArgumentOutOfRangeException(nameof(FirstPort), "FirstPort and the ports after it must be 1 to 65535.");
    }
}
