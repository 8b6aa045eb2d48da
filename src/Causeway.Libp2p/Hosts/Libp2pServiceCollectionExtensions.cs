using Causeway.Libp2p.Hosts;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using HostBuilder = Causeway.Libp2p.Hosts.HostBuilder;
using IHost = Causeway.Libp2p.Hosts.IHost;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a libp2p host to an application.</summary>
public static class Libp2pServiceCollectionExtensions
{
    /// <summary>
    /// Adds an <see cref="IHost"/> (of libp2p) that starts and stops with the application. Logging and, where one is registered, the
    /// <see cref="TimeProvider"/> are the application's.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Puts the host together.</param>
    public static IServiceCollection AddLibp2p(this IServiceCollection services, Action<HostBuilder>? configure = null) =>
        services.AddLibp2p((_, builder) => configure?.Invoke(builder));

    /// <summary>As above, with access to the application's other services.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Puts the host together.</param>
    public static IServiceCollection AddLibp2p(this IServiceCollection services, Action<IServiceProvider, HostBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        services.TryAddSingleton(provider =>
        {
            var builder = new HostBuilder();
            if (provider.GetService<ILoggerFactory>() is { } loggers) builder.UseLogging(loggers);
            if (provider.GetService<TimeProvider>() is { } time) builder.UseTime(time);
            configure(provider, builder);
            foreach (var component in provider.GetServices<RegisteredComponent>()) builder.Use(_ => component.Resolve(provider));
            return builder.Build();
        });
        services.AddHostedService<HostedLibp2p>();
        return services;
    }

    private sealed class HostedLibp2p(IHost host) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => host.StartAsync(cancellationToken);

        public async Task StopAsync(CancellationToken cancellationToken) => await host.DisposeAsync().AsTask().WaitAsync(cancellationToken);
    }
}
