using Causeway.Cli.Identity;
using Causeway.Gateway;
using Causeway.Gateway.Peers;
using Causeway.Hosting.Access;
using Causeway.Hosting.Health;
using Causeway.Hosting.Lifecycle;
using Causeway.Hosting.Logging;
using Causeway.Hosting.Metrics;
using Causeway.Hosting.Servers;
using Causeway.Hosting.Sites;
using Microsoft.AspNetCore.Builder;

namespace Causeway.Cli.Gateway;

/// <summary>Runs <c>causeway gateway</c>: composes site, gateway, health and metrics, and waits for the end.</summary>
internal sealed class GatewayRunner(CliEnvironment environment)
{
    /// <summary>Runs until a signal or the automatic end.</summary>
    public async Task<int> RunAsync(GatewaySettings settings)
    {
        using var signals = environment.Stop is null ? new ShutdownSignals() : null;
        var stop = environment.Stop ?? signals!.Token;
        using var loggers = ConsoleLog.CreateFactory(environment.Error, settings.Verbosity, environment.Time);
        var site = DefaultSite.Open(settings.Folder);
        var chosen = FixedToken.Read(settings.TokenFile, environment.Variable);
        var token = chosen ?? (settings.RequireToken ? LaunchToken.Create() : null);
        var origins = Origins(settings.AllowedOrigins);

        using var metrics = new PrometheusMetrics();
        using var network = SwarmKey.Load(settings.PrivateNetwork);
        await using var peers = new Libp2pPeerFactory(Network(settings) with { PrivateNetwork = network }, loggers);
        await using var gateway = new GatewayEndpoint(peers, new GatewayOptions { Version = Commands.VersionCommand.Version }, origins, token, loggers, environment.Time);
        using var autoExit = new AutoExit(environment.Time, environment.Error.WriteLine);
        if (!settings.Linger) gateway.PagesChanged += autoExit.OnPages;

        await using var server = await LocalServer.StartAsync(
            new LocalServerOptions { Addresses = settings.Listen, Port = settings.Port },
            app =>
            {
                app.UseHealth();
                app.UseHostCheck(origins);
                gateway.Use(app);
                app.UseMetrics(metrics);
                app.UseSite(site);
            },
            loggers,
            stop);

        // A token that the user chose may outlive this process, and what is printed may end in a journal.
        var entry = token?.AddTo(server.Url) ?? server.Url;
        await environment.Out.WriteLineAsync($"Causeway gateway: {(chosen is null ? entry : server.Url)}");
        await environment.Out.FlushAsync(CancellationToken.None);
        using var opening = settings.NoOpen || token is null ? null : OpeningPage.TryCreate(entry, environment.Variable);
        if (!settings.NoOpen) environment.OpenBrowser(opening?.Address ?? server.Url);
        var warmup = Task.Run(() => Warmup.RunAsync(stop), CancellationToken.None);

        await autoExit.Due.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await gateway.DisposeAsync();
        await warmup;
        return (int)ExitCode.Success;
    }

    private static PeerNetworkOptions Network(GatewaySettings settings) =>
        (settings.Local ? PeerNetworkOptions.ThisMachine : new PeerNetworkOptions()) with { Bootstrap = settings.Bootstrap, Relays = settings.Relays, PortMapping = settings.PortMapping };

    private static OriginPolicy Origins(IReadOnlyList<string> allowed)
    {
        try
        {
            return new OriginPolicy(allowed);
        }
        catch (FormatException e)
        {
            throw new UserErrorException(ExitCode.Usage, e.Message, e);
        }
    }
}
