using Causeway.Apps.Processes;
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

/// <summary>Runs <c>causeway gateway</c> and apps: composes site, gateway, health and metrics, and waits for the end.</summary>
internal sealed class GatewayRunner(CliEnvironment environment)
{
    /// <summary>Runs until a signal or the automatic end.</summary>
    public async Task<int> RunAsync(GatewaySettings settings)
    {
        using var signals = environment.Stop is null ? new ShutdownSignals() : null;
        var stop = environment.Stop ?? signals!.Token;
        var setup = new GatewaySetup(settings);
        using var loggers = ConsoleLog.CreateFactory(environment.Error, setup.Verbosity, environment.Time);
        var site = setup.Site();
        var chosen = FixedToken.Read(settings.TokenFile, environment.Variable);
        var token = chosen ?? (settings.RequireToken ? LaunchToken.Create() : null);
        var origins = setup.Origins();
        if (setup.IsOpenToAllPages) await environment.Error.WriteLineAsync("The site's configuration (websocket.checkOrigin = false) lets every page that is open in a browser on this machine use this gateway.");

        using var metrics = new PrometheusMetrics();
        using var network = SwarmKey.Load(settings.PrivateNetwork);
        await using var files = await PageFiles.OpenAsync(environment, loggers, stop);
        await using var peers = new Libp2pPeerFactory(setup.Network with { PrivateNetwork = network }, loggers, files);
        await using var gateway = new GatewayEndpoint(peers, setup.Gateway, origins, token, loggers, environment.Time, files);
        using var autoExit = new AutoExit(environment.Time, setup.AutoExit, environment.Error.WriteLine);
        if (!setup.Linger) gateway.PagesChanged += autoExit.OnPages;

        await using var server = await LocalServer.StartAsync(
            setup.Server,
            app =>
            {
                app.UseHealth();
                app.UseHostCheck(origins);
                if (setup.Cors is { } cors) app.UseCrossOrigin(cors);
                gateway.Use(app);

                // Of the site, not of transfers of files: those take as long as they take, and have limits of their own.
                app.UseTimeLimits(setup.TimeLimits.Read, setup.TimeLimits.Write, environment.Time);
                app.UseMetrics(metrics);
                app.UseSite(site);
            },
            loggers,
            stop);

        // Before the address is told: who reads it finds the app.
        using var entered = Enter(settings, server.Url);

        // A token that the user chose may outlive this process, and what is printed may end in a journal.
        var entry = token?.AddTo(server.Url) ?? server.Url;
        await environment.Out.WriteLineAsync($"Causeway gateway: {(chosen is null ? entry : server.Url)}");
        await environment.Out.FlushAsync(CancellationToken.None);
        using var opening = !setup.OpenBrowser || token is null ? null : OpeningPage.TryCreate(entry, environment.Variable);
        if (setup.OpenBrowser) environment.OpenBrowser(opening?.Address ?? server.Url);
        var warmup = Task.Run(() => Warmup.RunAsync(stop), CancellationToken.None);

        await autoExit.Due.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await gateway.DisposeAsync();
        await warmup;
        return (int)ExitCode.Success;
    }

    // An app that cannot be listed runs nevertheless.
    private IDisposable? Enter(GatewaySettings settings, Uri address)
    {
        if (settings is not { AppName: { } name, Site: { } site }) return null;
        try
        {
            return new AppTable(AppTable.FolderFor(environment.Variable, StateFolder.Usual(environment.Variable))).Enter(new AppRecord
            {
                ProcessId = Environment.ProcessId,
                StartMark = ProcessStart.Mine,
                Name = name,
                Site = site.Path,
                Address = address,
                Started = environment.Time.GetUtcNow(),
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            environment.Error.WriteLine($"This app does not appear in 'causeway app ps': {e.Message}");
            return null;
        }
    }
}
