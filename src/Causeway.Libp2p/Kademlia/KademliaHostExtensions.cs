using Causeway.Libp2p.Hosts;

namespace Causeway.Libp2p.Kademlia;

/// <summary>Adds the DHT to a host.</summary>
public static class KademliaHostExtensions
{
    /// <summary>
    /// Adds the Kademlia DHT, which starts and stops with the host; from then on the host finds addresses of peers through it:
    /// <code>
    /// KademliaDht? dht = null;
    /// await using var host = new HostBuilder().UseKademlia(o =&gt; o with { Mode = KademliaMode.Client }, created: d =&gt; dht = d).Build();
    /// await host.StartAsync();
    /// </code>
    /// </summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="configure">Changes the default options.</param>
    /// <param name="created">Gets the node when the host starts, to use it.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static HostBuilder UseKademlia(
        this HostBuilder builder, Func<KademliaOptions, KademliaOptions>? configure = null, Action<KademliaDht>? created = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new KademliaOptions();
        options = configure?.Invoke(options) ?? options;
        options.Validate();
        return builder.Use((host, time, loggers) =>
        {
            var dht = new KademliaDht(host, options, time, loggers);
            created?.Invoke(dht);
            return dht;
        });
    }
}
