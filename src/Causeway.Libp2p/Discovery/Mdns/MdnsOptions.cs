using Causeway.Network.Dns;

namespace Causeway.Libp2p.Discovery.Mdns;

/// <summary>How peers announce themselves and search on the local network (libp2p specs, <c>discovery/mdns.md</c>; RFC 6762).</summary>
public sealed record MdnsOptions
{
    /// <summary>The service that peers announce, without the final <c>local</c>. Default <c>_p2p._udp</c>, the spec's.</summary>
    public string ServiceName { get; init; } = "_p2p._udp";

    /// <summary>The longest pause between two searches, 1 s to 1 h; searches start at 1 s and double up to it (RFC 6762 §5.2). Default 20 s.</summary>
    public TimeSpan QueryInterval { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long others may keep what we announce, 1 s to 75 min. Default 120 s (RFC 6762 §10).</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>The UDP port, 1 to 65535. Default 5353.</summary>
    public int Port { get; init; } = 5353;

    /// <summary>Peers remembered at once; more are ignored until others expire. Default 1024.</summary>
    public int MaxPeers { get; init; } = 1024;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        Check(QueryInterval >= TimeSpan.FromSeconds(1) && QueryInterval <= TimeSpan.FromHours(1), nameof(QueryInterval), "1 s to 1 h");
        Check(TimeToLive >= TimeSpan.FromSeconds(1) && TimeToLive <= TimeSpan.FromMinutes(75), nameof(TimeToLive), "1 s to 75 min");
        Check(Port is >= 1 and <= 65535, nameof(Port), "1 to 65535");
        Check(MaxPeers is >= 1 and <= 65536, nameof(MaxPeers), "1 to 65536");
        try
        {
            _ = Service;
        }
        catch (FormatException exception)
        {
            throw new ArgumentException($"{nameof(ServiceName)}: {exception.Message}", exception);
        }
    }

    internal DnsName Service => DnsName.Parse($"{ServiceName}.local");

    private static void Check(bool holds, string name, string range)
    {
        if (!holds) throw new ArgumentException($"{name} must be in the range {range}.");
    }
}
