using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Causeway.Hosting.Lifecycle;
using Causeway.Hosting.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Causeway.Hosting.Servers;

/// <summary>A running Kestrel with nothing in it but what the caller composes: no configuration files, no environment, no routing.</summary>
public sealed class LocalServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ListeningSockets _sockets;

    private LocalServer(WebApplication app, ListeningSockets sockets, int port, LocalServerOptions options)
    {
        _app = app;
        _sockets = sockets;
        Port = port;
        Url = new UriBuilder(options.Certificate is null ? Uri.UriSchemeHttp : Uri.UriSchemeHttps, NameFor(options.Addresses), port).Uri;
    }

    /// <summary>The port that is listened on.</summary>
    public int Port { get; }

    /// <summary>The address for a browser on this machine.</summary>
    public Uri Url { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="options">Where.</param>
    /// <param name="configure">Composes the pipeline; called once for each port that is tried.</param>
    /// <param name="loggers">Where the server logs.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="UserErrorException">The address or port cannot be listened on.</exception>
    public static async Task<LocalServer> StartAsync(
        LocalServerOptions options, Action<IApplicationBuilder> configure, ILoggerFactory loggers, CancellationToken cancellationToken = default)
    {
        options.Validate();
        var last = options.Port ?? options.FirstPort + options.PortsToTry - 1;
        for (var port = options.Port ?? options.FirstPort; ; port++)
        {
            var sockets = new ListeningSockets(options.IsIPv6Only);
            var app = Build(options, port, sockets, configure, loggers);
            try
            {
                await app.StartAsync(cancellationToken);
                return new LocalServer(app, sockets, PortOf(app), options);
            }
            catch (Exception e) when (IsTaken(e) && port < last)
            {
                await app.DisposeAsync();
            }
            catch (Exception e) when (e is IOException or SocketException or InvalidOperationException)
            {
                await app.DisposeAsync();
                throw new UserErrorException(ExitCode.CannotListen, Explain(options, port, e), e);
            }
        }
    }

    /// <summary>Stops accepting and releases the port; what is connected stays so until <see cref="DisposeAsync"/>.</summary>
    public void StopListening() => _sockets.Close();

    /// <summary>Stops accepting, ends open requests, releases the port.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static WebApplication Build(LocalServerOptions options, int port, ListeningSockets listening, Action<IApplicationBuilder> configure, ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddLogging();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        if (options.BlockSize > 0) builder.Services.AddSingleton<IMemoryPoolFactory<byte>>(new BlockPoolFactory(options.BlockSize));
        builder.WebHost.UseSockets(sockets =>
        {
            sockets.UnsafePreferInlineScheduling = options.IsInline;
            sockets.CreateBoundListenSocket = listening.Create;
        });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
            kestrel.Limits.MaxConcurrentUpgradedConnections = options.MaxConnections;
            kestrel.Limits.MaxRequestBodySize = 1024 * 1024;
            kestrel.Limits.RequestHeadersTimeout = options.HeaderTimeout;
            kestrel.Limits.KeepAliveTimeout = options.IdleTimeout;
            kestrel.Limits.MaxRequestHeadersTotalSize = options.MaxHeaderBytes;
            if (options.WriteBufferSize > 0) kestrel.Limits.MaxResponseBufferSize = options.WriteBufferSize;

            // The web server wants room for headers and more in what it reads ahead.
            kestrel.Limits.MaxRequestBufferSize = Math.Max(kestrel.Limits.MaxRequestBufferSize ?? 0, options.MaxHeaderBytes);
            Listen(kestrel, options, port);
        });
        if (options.Certificate is not null) builder.WebHost.UseKestrelHttpsConfiguration();
        var app = builder.Build();
        configure(app);
        return app;
    }

    private static void Listen(KestrelServerOptions kestrel, LocalServerOptions options, int port)
    {
        var limit = options.MaxConnectionsPerAddress > 0 ? new AddressLimit(options.MaxConnectionsPerAddress, options.IsUncounted) : null;
        void Configure(ListenOptions listen)
        {
            if (limit is not null) listen.Use(next => connection => limit.ServeAsync(connection, next));

            // WebSockets over HTTP/2 would need another upgrade; one protocol is enough.
            if (options.Certificate is null) return;
            listen.Protocols = HttpProtocols.Http1;
            listen.UseHttps(Tls(options.Certificate));
        }

        if (options.Addresses.Count > 0)
        {
            foreach (var address in options.Addresses) kestrel.Listen(address, port, Configure);
        }
        else if (port == 0)
        {
            // Two sockets would get two ports.
            kestrel.Listen(IPAddress.Loopback, 0, Configure);
        }
        else
        {
            kestrel.ListenLocalhost(port, Configure);
        }
    }

    private static TlsHandshakeCallbackOptions Tls(ServerCertificate certificate) => new()
    {
        HandshakeTimeout = TimeSpan.FromSeconds(10),
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificate.Current(),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
        }),
    };

    // A name only where it leads to an address that is listened on: a machine's name may stand for another one of its addresses (on Debian, 127.0.1.1).
    private static string NameFor(IReadOnlyList<IPAddress> addresses)
    {
        if (addresses.Count == 0 || addresses.Contains(IPAddress.Loopback)) return "localhost";
        return addresses.Contains(IPAddress.Any) || addresses.Contains(IPAddress.IPv6Any) ? Dns.GetHostName() : addresses[0].ToString();
    }

    private static int PortOf(WebApplication app)
    {
        var addresses = ((IApplicationBuilder)app).ServerFeatures.Get<IServerAddressesFeature>()!.Addresses;
        return new Uri(addresses.First().Replace("[::]", "localhost").Replace("0.0.0.0", "localhost")).Port;
    }

    private static bool IsTaken(Exception e) => e is IOException { InnerException: AddressInUseException };

    private static string Explain(LocalServerOptions options, int port, Exception e)
    {
        if (e is SocketException { SocketErrorCode: SocketError.AccessDenied }) return $"port {port} needs privileges (CAP_NET_BIND_SERVICE); name another with {options.PortOption}";
        if (!IsTaken(e)) return $"cannot listen on port {port}: {e.Message}";
        return options.Port is null
            ? $"the ports {options.FirstPort} to {port} are all in use; free one or name another with {options.PortOption}"
            : $"port {port} is in use; stop the program that has it, or name another with {options.PortOption} (0: the system's choice)";
    }
}
