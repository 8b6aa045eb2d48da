using System.Net;
using Causeway.Node;

namespace Causeway.Cli.Node;

/// <summary>What the command line asked of the node.</summary>
internal sealed record NodeSettings
{
    /// <summary>The port of health, metrics and the gateway.</summary>
    public const int DefaultHttpPort = 4001;

    /// <summary>The node itself.</summary>
    public NodeOptions Options { get; init; } = new();

    /// <summary>The folder for what is kept; null for the usual one.</summary>
    public string? State { get; init; }

    /// <summary>The file with the identity; null for the one in the folder.</summary>
    public string? Key { get; init; }

    /// <summary>The file with the pre-shared key of a private network; null for none.</summary>
    public string? PrivateNetwork { get; init; }

    /// <summary>The file with the certificate for <c>/tls/ws</c>; null for none.</summary>
    public string? Certificate { get; init; }

    /// <summary>The file with the certificate's key; null if it is in the same file.</summary>
    public string? CertificateKey { get; init; }

    /// <summary>Whether the node makes a certificate for itself where none is named.</summary>
    public bool SelfSigned { get; init; }

    /// <summary>The file with content that is given to nobody; null for none.</summary>
    public string? Deny { get; init; }

    /// <summary>Addresses to serve health, metrics and the gateway on; none for loopback.</summary>
    public IReadOnlyList<IPAddress> HttpAddresses { get; init; } = [];

    /// <summary>The port of health, metrics and the gateway.</summary>
    public int HttpPort { get; init; } = DefaultHttpPort;

    /// <summary>Networks that may read <c>/metrics</c>, beside this machine.</summary>
    public IReadOnlyList<IPNetwork> MetricsFrom { get; init; } = [];

    /// <summary>How long circuits may go on at the end.</summary>
    public TimeSpan Drain { get; init; }

    /// <summary>How many -v.</summary>
    public int Verbosity { get; init; }
}
