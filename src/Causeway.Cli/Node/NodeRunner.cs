using System.Net.Sockets;
using Causeway.Cli.Identity;
using Causeway.Hosting.Access;
using Causeway.Hosting.Health;
using Causeway.Hosting.Lifecycle;
using Causeway.Hosting.Logging;
using Causeway.Hosting.Metrics;
using Causeway.Hosting.Servers;
using Causeway.Hosting.Tls;
using Causeway.Ipfs.Http;
using Causeway.Libp2p;
using Causeway.Multiformats;
using Causeway.Node;
using Causeway.Node.Control;
using Causeway.Node.Http;
using Causeway.Storage;
using Microsoft.Extensions.Logging;

namespace Causeway.Cli.Node;

/// <summary>Runs <c>causeway node</c>: composes identity, node, control socket, health and metrics, and waits for the end.</summary>
internal sealed class NodeRunner(CliEnvironment environment)
{
    /// <summary>Runs until a signal.</summary>
    public async Task<int> RunAsync(NodeSettings settings)
    {
        using var signals = environment.Stop is null ? new ShutdownSignals() : null;
        var stop = environment.Stop ?? signals!.Token;
        using var loggers = ConsoleLog.CreateFactory(environment.Error, settings.Verbosity, environment.Time);
        if (settings is { Certificate: null, SelfSigned: false } && settings.Options.Listen.FirstOrDefault(NeedsCertificate) is { } secure)
            throw new UserErrorException(ExitCode.Usage, $"listening on {secure} needs a certificate; name one with --cert, or listen without TLS behind a proxy that has it; for development --self-signed makes one");
        var state = new NodeState(settings.State, environment.Variable);
        using var held = state.Take();
        using var identity = state.LoadKey(settings.Key);
        using var network = SwarmKey.Load(settings.PrivateNetwork);
        using var certificate = Certificate(settings, state, loggers.CreateLogger<NodeServer>());
        using var metrics = new PrometheusMetrics();
        var readers = new MetricsReaders(settings.MetricsFrom, settings.Options.TrustedProxies);
        var options = settings.Options with { Folder = state.Folder, PrivateNetwork = network, Certificate = certificate, Denied = DenyFile.Read(settings.Deny) };
        try
        {
            await using var node = await NodeServer.StartAsync(options, identity, loggers, environment.Time, stop);
            await using var control = await NodeControlServer.StartAsync(state.SocketPath, node.Control, loggers, stop);
            await using var server = await LocalServer.StartAsync(
                new LocalServerOptions { Addresses = settings.HttpAddresses, Port = settings.HttpPort, PortOption = "--http-port" },
                app =>
                {
                    app.UseHealth(() => node.NotReady);
                    app.UseMetrics(metrics, readers.MayRead);
                    if (node.Gateway is { } gateway)
                        app.UseTrustlessGateway(gateway, new RequestLimits(time: environment.Time), new ProxyTrust(options.TrustedProxies), loggers.CreateLogger<TrustlessGateway>());
                },
                loggers,
                stop);
            await AnnounceAsync(node, server);
            await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await node.DrainAsync(settings.Drain);
            return (int)ExitCode.Success;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return (int)ExitCode.Success;
        }
        catch (Libp2pException e)
        {
            throw new UserErrorException(ExitCode.CannotListen, e.Message, e);
        }
        catch (SocketException e)
        {
            throw new UserErrorException(ExitCode.CannotListen, $"STUN cannot be served there: {e.Message}; name an address of this machine and a free port with --stun", e);
        }
        catch (Exception e) when (e is StorageException or NodeException)
        {
            throw new UserErrorException(ExitCode.Failure, e.Message, e);
        }
        catch (ArgumentException e)
        {
            throw new UserErrorException(ExitCode.Usage, e.Message, e);
        }
    }

    private static bool NeedsCertificate(Multiaddress address) => address.Components.Any(static c => c.Protocol is "tls" or "wss");

    private static ServerCertificate? Certificate(NodeSettings settings, NodeState state, ILogger logger)
    {
        if (settings.Certificate is { } file) return ServerCertificate.FromFiles(file, settings.CertificateKey, logger);
        return settings.SelfSigned ? ServerCertificate.SelfSigned(state.CertificatePath, [System.Net.Dns.GetHostName(), "localhost"], logger) : null;
    }

    private async Task AnnounceAsync(NodeServer node, LocalServer server)
    {
        await environment.Out.WriteLineAsync($"Causeway node: {node.Host.Id}");
        foreach (var address in node.Host.Addresses) await environment.Out.WriteLineAsync($"  {address.WithPeerId(node.Host.Id)}");
        await environment.Out.WriteLineAsync($"health and metrics: {server.Url}");
        await environment.Out.FlushAsync();
    }
}
