using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Kademlia;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the Kademlia DHT to an application that has a libp2p host.</summary>
public static class KademliaServiceCollectionExtensions
{
    /// <summary>
    /// Adds a <see cref="KademliaDht"/> to the host of
    /// <see cref="Libp2pServiceCollectionExtensions.AddLibp2p(IServiceCollection, Action{HostBuilder}?)"/>, called before or after; it starts and stops
    /// with the host.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Changes the default options.</param>
    public static IServiceCollection AddKademlia(this IServiceCollection services, Func<KademliaOptions, KademliaOptions>? configure = null)
    {
        var options = new KademliaOptions();
        options = configure?.Invoke(options) ?? options;
        options.Validate();
        services.TryAddSingleton(provider => new KademliaDht(
            provider.GetRequiredService<IHost>(), options, provider.GetService<TimeProvider>(), provider.GetService<ILoggerFactory>()));
        services.AddSingleton(new RegisteredComponent(static provider => provider.GetRequiredService<KademliaDht>()));
        return services;
    }
}
