using System.Globalization;
using System.Net;

namespace Causeway.Network.Dns;

/// <summary>What <c>/etc/resolv.conf</c> says (resolv.conf(5)): the lines <c>nameserver</c>, and of <c>options</c> <c>timeout</c> and <c>attempts</c>. Search lists are not used.</summary>
internal sealed record ResolverConfiguration
{
    public const int MaxServers = 8;

    private const int Port = 53;

    // resolv.conf(5): RES_TIMEOUT and its cap RES_MAXRETRANS, RES_DFLRETRY and its cap RES_MAXRETRY.
    private const int DefaultTimeout = 5, MaxTimeout = 30, DefaultAttempts = 2, MaxAttempts = 5;

    /// <summary>Where nothing is configured, the machine itself is asked, as resolv.conf(5) says.</summary>
    public IReadOnlyList<IPEndPoint> Servers { get; init; } = [new IPEndPoint(IPAddress.Loopback, Port)];

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(DefaultTimeout);

    public int Attempts { get; init; } = DefaultAttempts;

    /// <summary>Reads the file's text; lines that are not understood are passed over, as other resolvers do.</summary>
    public static ResolverConfiguration Parse(string text)
    {
        var result = new ResolverConfiguration();
        List<IPEndPoint> servers = [];
        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith('#') || line.StartsWith(';')) continue;
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words is ["nameserver", var server, ..] && IPAddress.TryParse(server, out var address) && servers.Count < MaxServers)
            {
                servers.Add(new IPEndPoint(address, Port));
            }
            else if (words is ["options", .. var options])
            {
                foreach (var option in options) result = result.With(option);
            }
        }

        return servers.Count > 0 ? result with { Servers = servers } : result;
    }

    private ResolverConfiguration With(string option)
    {
        if (Number(option, "timeout:") is { } timeout) return this with { Timeout = TimeSpan.FromSeconds(Math.Clamp(timeout, 1, MaxTimeout)) };
        if (Number(option, "attempts:") is { } attempts) return this with { Attempts = Math.Clamp(attempts, 1, MaxAttempts) };
        return this;
    }

    private static int? Number(string option, string name) =>
        option.StartsWith(name, StringComparison.Ordinal) && int.TryParse(option.AsSpan(name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
