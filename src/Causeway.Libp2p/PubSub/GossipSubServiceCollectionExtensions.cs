using Causeway.Libp2p.PubSub;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds GossipSub to an application that has a libp2p host.</summary>
public static class GossipSubServiceCollectionExtensions
{
    /// <summary>
    /// Adds an <see cref="IPubSub"/> over the application's libp2p host, which starts after the host and stops before it. Call it after
    /// <see cref="Libp2pServiceCollectionExtensions.AddLibp2p(IServiceCollection, Action{Causeway.Libp2p.Hosts.HostBuilder}?)"/>.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Changes the default options.</param>
    public static IServiceCollection AddGossipSub(this IServiceCollection services, Func<GossipSubOptions, GossipSubOptions>? configure = null)
    {
        services.TryAddSingleton(provider => provider.GetRequiredService<Causeway.Libp2p.Hosts.IHost>()
            .AddGossipSub(configure, provider.GetService<TimeProvider>(), provider.GetService<ILoggerFactory>()));
        services.TryAddSingleton<IPubSub>(provider => provider.GetRequiredService<GossipSub>());
        services.AddHostedService<HostedGossipSub>();
        return services;
    }

    private sealed class HostedGossipSub(GossipSub pubSub) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => pubSub.StartAsync(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => pubSub.DisposeAsync().AsTask().WaitAsync(cancellationToken);
    }
}
