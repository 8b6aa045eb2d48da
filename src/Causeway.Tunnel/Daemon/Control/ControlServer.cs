using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Causeway.Tunnel.Daemon.Control;

/// <summary>The end of the control socket at which a tunnel listens. Its folder belongs to its user alone; the kernel says who connects, and only that user and root are heard.</summary>
public sealed partial class ControlServer : IAsyncDisposable
{
    private const int MaxConnections = 64;

    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stopping;
    private int _isDisposed;

    private ControlServer(WebApplication app, CancellationTokenSource stopping) => (_app, _stopping) = (app, stopping);

    /// <summary>Listens. The folder must exist, and the caller holds the network's lock: a socket that is there is a dead daemon's, and is replaced.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="control">What is asked.</param>
    /// <param name="version">The program's version.</param>
    /// <param name="loggers">Where to log.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ControlException">The path is too long, or cannot be listened on.</exception>
    public static async Task<ControlServer> StartAsync(string path, ITunnelControl control, string version, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        _ = ControlSocket.At(path);
        var logger = loggers.CreateLogger<ControlServer>();
        var stopping = new CancellationTokenSource();
        var app = Build(path, new ControlRequests(control, version, logger, stopping.Token), logger, loggers);
        var server = new ControlServer(app, stopping);
        try
        {
            File.Delete(path);
            await app.StartAsync(cancellationToken);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            return server;
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException)
        {
            await server.DisposeAsync();
            throw new ControlException($"The control socket '{path}' cannot be made: {e.Message}", e);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends what is being watched or measured, lets short answers go out, removes the socket.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        await _stopping.CancelAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    private static WebApplication Build(string path, ControlRequests requests, ILogger logger, ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddLogging();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.MaxRequestBodySize = ControlProtocol.MaxRequest;
            kestrel.Limits.MaxRequestHeadersTotalSize = 8 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.ListenUnixSocket(path, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(next => connection => MayAsk(connection, logger) ? next(connection) : Task.CompletedTask);
            });
        });
        var app = builder.Build();
        ((IApplicationBuilder)app).Run(requests.AnswerAsync);
        return app;
    }

    private static bool MayAsk(ConnectionContext connection, ILogger logger)
    {
        var user = ControlSocket.UserAt(connection.Features.Get<IConnectionSocketFeature>()!.Socket);
        if (ControlSocket.IsAllowed(user)) return true;
        OtherUser(logger, user ?? 0);
        return false;
    }

    [LoggerMessage(1300, LogLevel.Warning, "The user {User} wanted to command this tunnel, and was not heard")]
    private static partial void OtherUser(ILogger logger, uint user);
}
