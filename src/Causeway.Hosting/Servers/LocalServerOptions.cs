using System.Net;
using Causeway.Hosting.Tls;

namespace Causeway.Hosting.Servers;

/// <summary>Where a server listens.</summary>
public sealed record LocalServerOptions
{
    /// <summary>Addresses to bind. Default none: loopback, IPv4 and, where there is one, IPv6.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];

    /// <summary>Whether <c>::</c> stands for IPv6 alone, so that IPv4 may have the same port. Default false: for both.</summary>
    public bool IsIPv6Only { get; init; }

    /// <summary>The port; null takes the first free one from <see cref="FirstPort"/> on, 0 leaves the choice to the system.</summary>
    public int? Port { get; init; }

    /// <summary>The option of the command line that names the port, for messages. Default <c>--port</c>.</summary>
    public string PortOption { get; init; } = "--port";

    /// <summary>Where the search for a free port begins. Default 10000.</summary>
    public int FirstPort { get; init; } = 10_000;

    /// <summary>Ports to try (1 to 1000). Default 100.</summary>
    public int PortsToTry { get; init; } = 100;

    /// <summary>The certificate to speak TLS with; null for none.</summary>
    public ServerCertificate? Certificate { get; init; }

    /// <summary>Connections at most (1 and more): those over it are closed without a word. Default 8192, far more than browsers on one machine open.</summary>
    public int MaxConnections { get; init; } = 8192;

    /// <summary>Connections at most of one IPv4 address or one /64 of IPv6, whatever they are for (0: no limit). Default 0.</summary>
    public int MaxConnectionsPerAddress { get; init; }

    /// <summary>Addresses that <see cref="MaxConnectionsPerAddress"/> does not count: proxies. Default none.</summary>
    public Func<IPAddress, bool>? IsUncounted { get; init; }

    /// <summary>Bytes that are read from a connection at once (0: the web server's own choice, 4 KiB; 4 KiB to 1 MiB). Larger costs nothing while a connection is silent.</summary>
    public int BlockSize { get; init; }

    /// <summary>
    /// Whether a connection is served by the thread that reads its socket, without handing over in between: for servers whose work per read is short. Default false.
    /// </summary>
    public bool IsInline { get; init; }

    /// <summary>Bytes that wait to be written to a connection before its writer waits (0: the web server's own choice, 64 KiB). Default 0.</summary>
    public int WriteBufferSize { get; init; }

    /// <summary>Bytes that the headers of a request may have (4096 to 16 MiB). Default 32 KiB.</summary>
    public int MaxHeaderBytes { get; init; } = 32 * 1024;

    /// <summary>How long the headers of a request may take. Default 15 s.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a connection may wait for its next request. Default 120 s.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is out of its range.</exception>
    public void Validate()
    {
        if (Port is < 0 or > 65_535) throw new ArgumentOutOfRangeException(nameof(Port), "Port must be 0 to 65535.");
        if (PortsToTry is < 1 or > 1000) throw new ArgumentOutOfRangeException(nameof(PortsToTry), "PortsToTry must be 1 to 1000.");
        if (MaxConnections < 1) throw new ArgumentOutOfRangeException(nameof(MaxConnections), "MaxConnections must be 1 or more.");
        if (MaxConnectionsPerAddress < 0) throw new ArgumentOutOfRangeException(nameof(MaxConnectionsPerAddress), "MaxConnectionsPerAddress must be 0 or more.");
        if (BlockSize is not 0 and (< 4096 or > 1024 * 1024)) throw new ArgumentOutOfRangeException(nameof(BlockSize), "BlockSize must be 0 or 4096 to 1048576.");
        if (WriteBufferSize < 0) throw new ArgumentOutOfRangeException(nameof(WriteBufferSize), "WriteBufferSize must be 0 or more.");
        if (MaxHeaderBytes is < 4096 or > 16 * 1024 * 1024) throw new ArgumentOutOfRangeException(nameof(MaxHeaderBytes), "MaxHeaderBytes must be 4096 to 16777216.");
        if (HeaderTimeout <= TimeSpan.Zero) throw new ArgumentOutOfRangeException(nameof(HeaderTimeout), "HeaderTimeout must be more than zero.");
        if (IdleTimeout <= TimeSpan.Zero) throw new ArgumentOutOfRangeException(nameof(IdleTimeout), "IdleTimeout must be more than zero.");
        if (FirstPort < 1 || FirstPort + PortsToTry > 65_536) throw new ArgumentOutOfRangeException(nameof(FirstPort), "FirstPort and the ports after it must be 1 to 65535.");
    }
}
