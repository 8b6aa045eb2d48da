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
        var token = !settings.RequireToken ? null : string.IsNullOrEmpty(settings.Token) ? LaunchToken.Create() : new LaunchToken(settings.Token);
        var origins = Origins(settings.AllowedOrigins);

        using var metrics = new PrometheusMetrics();
        await using var peers = new Libp2pPeerFactory(settings.Local ? PeerNetworkOptions.ThisMachine : new PeerNetworkOptions(), loggers);
        await using var gateway = new GatewayEndpoint(peers, new GatewayOptions { Version = Commands.VersionCommand.Version }, origins, token, loggers, environment.Time);
        using var autoExit = new AutoExit(environment.Time, environment.Error.WriteLine);
        if (!settings.Linger) gateway.PagesChanged += autoExit.OnPages;

        await using var server = await LocalServer.StartAsync(
            new LocalServerOptions { Addresses = settings.Listen, Port = settings.Port },
            app =>
            {
                app.UseHealth();
                app.UseHostCheck(origins);
                app.UseMetrics(metrics);
                gateway.Use(app);
                app.UseSite(site);
            },
            loggers,
            stop);

        var address = token is null ? server.Url : new Uri(server.Url, $"?{LaunchToken.QueryName}={Uri.EscapeDataString(token.Value)}");
        await environment.Out.WriteLineAsync($"Causeway gateway: {address}");
        await environment.Out.FlushAsync(CancellationToken.None);
        if (!settings.NoOpen) environment.OpenBrowser(address);
        var warmup = Task.Run(() => Warmup.RunAsync(stop), CancellationToken.None);

        await autoExit.Due.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await gateway.DisposeAsync();
        await warmup;
        return (int)ExitCode.Success;
    }

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
