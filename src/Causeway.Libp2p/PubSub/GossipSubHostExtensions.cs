using Causeway.Libp2p.Hosts;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.PubSub;

/// <summary>Adds pub/sub to a host.</summary>
public static class GossipSubHostExtensions
{
    /// <summary>
    /// Creates GossipSub for a host that <see cref="HostBuilder"/> built; call <see cref="IPubSub.StartAsync"/> to begin:
    /// <code>
    /// await using var host = new HostBuilder().Listen("/ip4/0.0.0.0/tcp/0").Build();
    /// await using var pubsub = host.AddGossipSub(o =&gt; o with { FloodPublish = false });
    /// await host.StartAsync();
    /// await pubsub.StartAsync();
    /// </code>
    /// </summary>
    /// <param name="host">The host, before or after its start.</param>
    /// <param name="configure">Changes the default options.</param>
    /// <param name="time">The clock. Default the system's.</param>
    /// <param name="loggers">Where to log. Default nowhere.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static GossipSub AddGossipSub(
        this IHost host, Func<GossipSubOptions, GossipSubOptions>? configure = null, TimeProvider? time = null, ILoggerFactory? loggers = null)
    {
        var options = new GossipSubOptions();
        return new GossipSub(host, configure?.Invoke(options) ?? options, time, loggers);
    }
}
