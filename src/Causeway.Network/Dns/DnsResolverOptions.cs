using System.Net;

namespace Causeway.Network.Dns;

/// <summary>Whom a <see cref="DnsResolver"/> asks and what it keeps. Immutable; validated when the resolver is made.</summary>
public sealed record DnsResolverOptions
{
    /// <summary>The recursive servers in the order in which they are tried, 1 to 8. Default: null, those of <see cref="ConfigurationPath"/>.</summary>
    public IReadOnlyList<IPEndPoint>? Servers { get; init; }

    /// <summary>The system's resolver configuration (resolv.conf(5)), read again when it changes. Default <c>/etc/resolv.conf</c>.</summary>
    public string ConfigurationPath { get; init; } = "/etc/resolv.conf";

    /// <summary>The system's table of hosts (hosts(5)), read again when it changes; what it says about a name is not asked. Default <c>/etc/hosts</c>.</summary>
    public string HostsPath { get; init; } = "/etc/hosts";

    /// <summary>How long one server has for one answer, 100 ms to 30 s. Default: null, the configuration's <c>timeout</c>, or 5 s.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How often each server is asked before the look-up fails, 1 to 5. Default: null, the configuration's <c>attempts</c>, or 2.</summary>
    public int? Attempts { get; init; }

    /// <summary>Answers kept, 0 to 65536; 0 keeps none. Default 1024.</summary>
    public int MaxCacheEntries { get; init; } = 1024;

    /// <summary>The longest that an answer is kept, whatever its records say, 0 to 7 days. Default 1 day.</summary>
    public TimeSpan MaxTimeToLive { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The longest that the absence of a name or of records is remembered, 0 to 3 h (RFC 2308 §5). Default 1 min.</summary>
    public TimeSpan MaxNegativeTimeToLive { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Questions under way at once, 1 to 1024; further ones wait. Default 64.</summary>
    public int MaxConcurrentQueries { get; init; } = 64;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        Check(Servers is null or { Count: >= 1 and <= ResolverConfiguration.MaxServers }, nameof(Servers), "1 to 8 servers");
        Check(Timeout is null || (Timeout >= TimeSpan.FromMilliseconds(100) && Timeout <= TimeSpan.FromSeconds(30)), nameof(Timeout), "100 ms to 30 s");
        Check(Attempts is null or (>= 1 and <= 5), nameof(Attempts), "1 to 5");
        Check(MaxCacheEntries is >= 0 and <= 65536, nameof(MaxCacheEntries), "0 to 65536");
        Check(MaxTimeToLive >= TimeSpan.Zero && MaxTimeToLive <= TimeSpan.FromDays(7), nameof(MaxTimeToLive), "0 to 7 days");
        Check(MaxNegativeTimeToLive >= TimeSpan.Zero && MaxNegativeTimeToLive <= TimeSpan.FromHours(3), nameof(MaxNegativeTimeToLive), "0 to 3 h");
        Check(MaxConcurrentQueries is >= 1 and <= 1024, nameof(MaxConcurrentQueries), "1 to 1024");
    }

    private static void Check(bool holds, string name, string range)
    {
        if (!holds) throw new ArgumentException($"{name} must be in the range {range}.");
    }
}
