using System.Net;
using System.Net.Sockets;
using Causeway.Hosting.Health;
using Causeway.Hosting.Lifecycle;
using Causeway.Hosting.Logging;
using Causeway.Hosting.Metrics;
using Causeway.Hosting.Servers;
using Causeway.Hosting.Tls;
using Causeway.Relay;
using Causeway.Relay.Admission;
using Causeway.Tunnel.Protocol.Relaying;
using Microsoft.Extensions.Logging;

namespace Causeway.Cli.Relay;

/// <summary>Runs <c>causeway relay</c>: composes identity, certificate, server, health and metrics, and waits for the end.</summary>
internal sealed class RelayRunner(CliEnvironment environment)
{
    private const int SecurePort = 443;
    private const int UnprivilegedPort = 8443;
    private const int PlainPort = 8080;

    // Members that come before the admission has counted them, and those who look at health and metrics.
    private const int SpareConnections = 1024;

    private const int SparePerAddress = 64;

    private const int BlockSize = 64 * 1024;

    /// <summary>Runs until a signal.</summary>
    public async Task<int> RunAsync(RelaySettings settings)
    {
        using var signals = environment.Stop is null ? new ShutdownSignals() : null;
        var stop = environment.Stop ?? signals!.Token;
        using var loggers = ConsoleLog.CreateFactory(environment.Error, settings.Verbosity, environment.Time);
        var logger = loggers.CreateLogger<RelayEndpoint>();
        var state = new RelayState(settings.State, environment.Variable);
        using var key = state.LoadKey(settings.Key);
        using var certificate = Certificate(settings, state, logger);
        var allowed = settings.Allow is null ? null : new AllowList(settings.Allow, logger, environment.Time);

        using var metrics = new PrometheusMetrics();
        var readers = new MetricsReaders(settings.MetricsFrom, settings.Options.TrustedProxies, settings.Names);
        await using var relay = new RelayEndpoint(key, settings.Options, loggers, allowed, environment.Time);
        await using var server = await LocalServer.StartAsync(
            new LocalServerOptions
            {
                Addresses = Addresses(settings),
                Port = settings.Port ?? (settings.Plain ? PlainPort : MayListenAt(SecurePort) ? SecurePort : UnprivilegedPort),
                Certificate = certificate,
                MaxConnections = settings.Options.MaxMembers + SpareConnections,
                MaxConnectionsPerAddress = settings.Plain && settings.Options.TrustedProxies.Count == 0 ? 0 : settings.Options.MaxPerAddress + SparePerAddress,
                IsUncounted = relay.IsProxy,
                BlockSize = BlockSize,
                IsInline = true,
            },
            app =>
            {
                app.UseHealth(() => relay.NotReady);
                relay.Use(app);
                app.UseMetrics(metrics, readers.MayRead);
            },
            loggers,
            stop);

        await AnnounceAsync(settings, relay, certificate, server.Port);
        await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await relay.DrainAsync(settings.Drain);
        return (int)ExitCode.Success;
    }

    private static ServerCertificate? Certificate(RelaySettings settings, RelayState state, ILogger logger)
    {
        if (settings.Plain) return null;
        return settings.Certificate is null
            ? ServerCertificate.SelfSigned(state.CertificatePath, [.. settings.Names, Dns.GetHostName(), "localhost"], logger)
            : ServerCertificate.FromFiles(settings.Certificate, settings.CertificateKey, logger);
    }

    // A relay is there to be reached; one without TLS by the proxy on the same machine.
    private static IReadOnlyList<IPAddress> Addresses(RelaySettings settings)
    {
        if (settings.Listen.Count > 0) return settings.Listen;
        if (settings.Plain) return [IPAddress.Loopback];
        return [Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any];
    }

    private static bool MayListenAt(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException e)
        {
            // That it is in use is said when it is listened on.
            return e.SocketErrorCode != SocketError.AccessDenied;
        }
    }

    // Who listens at an address of the network means to be reached there.
    private static IReadOnlyList<string> NamesOf(RelaySettings settings)
    {
        if (settings.Names.Count > 0) return settings.Names;
        var own = settings.Listen.Where(a => !IPAddress.IsLoopback(a) && !a.Equals(IPAddress.Any) && !a.Equals(IPAddress.IPv6Any) && !a.IsIPv6LinkLocal).ToArray();
        if (own.Length > 0) return [.. own.Select(a => a.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{a}]" : a.ToString())];
        return settings.Plain ? ["localhost"] : [Dns.GetHostName()];
    }

    private async Task AnnounceAsync(RelaySettings settings, RelayEndpoint relay, ServerCertificate? certificate, int port)
    {
        var isOurs = certificate is not null && settings.Certificate is null;
        foreach (var name in NamesOf(settings))
        {
            var url = new RelayUrl(name, port, !settings.Plain) { RelayId = relay.RelayId, CertificateHash = isOurs ? RelayUrl.HashText(certificate!.Sha256Hash) : null };
            await environment.Out.WriteLineAsync($"Causeway relay: {url}");
        }

        if (settings.Plain) await environment.Out.WriteLineAsync($"Behind a proxy with TLS members use wss://NAME/#{relay.RelayId}");
        if (settings.Plain && settings.Options.TrustedProxies.Count == 0)
            await environment.Error.WriteLineAsync("warning: behind a proxy all members have its address, for limits and for /metrics; name it with --trusted-proxy");
        await environment.Out.FlushAsync();
    }
}
