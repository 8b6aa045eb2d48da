using System.Net;
using Causeway.Relay;

namespace Causeway.Cli.Relay;

/// <summary>What the command line asked of the relay.</summary>
internal sealed record RelaySettings
{
    /// <summary>Addresses to listen on; none for all, or loopback without TLS.</summary>
    public IReadOnlyList<IPAddress> Listen { get; init; } = [];

    /// <summary>The port; null for 443, 8443 without the right to it, 8080 without TLS.</summary>
    public int? Port { get; init; }

    /// <summary>Names by which members reach the relay; none for this machine's.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Whether TLS is left to a proxy.</summary>
    public bool Plain { get; init; }

    /// <summary>The file with the certificate and its chain; null for a self-signed one.</summary>
    public string? Certificate { get; init; }

    /// <summary>The file with the certificate's key; null if it is in the same file.</summary>
    public string? CertificateKey { get; init; }

    /// <summary>The folder for what is kept; null for the usual one.</summary>
    public string? State { get; init; }

    /// <summary>The file with the relay's identity; null for the one in the folder.</summary>
    public string? Key { get; init; }

    /// <summary>The file with the peers that are served; null for all.</summary>
    public string? Allow { get; init; }

    /// <summary>Networks that may read <c>/metrics</c>, beside this machine.</summary>
    public IReadOnlyList<IPNetwork> MetricsFrom { get; init; } = [];

    /// <summary>Time that members get to leave at the end.</summary>
    public TimeSpan Drain { get; init; }

    /// <summary>Bounds and times.</summary>
    public RelayOptions Options { get; init; } = new();

    /// <summary>How many -v.</summary>
    public int Verbosity { get; init; }
}
