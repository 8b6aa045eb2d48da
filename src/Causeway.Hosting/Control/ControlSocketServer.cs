using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Causeway.Hosting.Control;

/// <summary>
/// The end of a control socket at which a server listens: HTTP/1.1 over a Unix socket. Its folder belongs to its user alone; the kernel says who connects,
/// and only that user and root are heard.
/// </summary>
public sealed partial class ControlSocketServer : IAsyncDisposable
{
    private const int MaxConnections = 64;

    private readonly CancellationTokenSource _stopping = new();
    private readonly WebApplication _app;
    private int _isDisposed;

    private ControlSocketServer(string path, Func<HttpContext, CancellationToken, Task> answer, Func<Exception, int?> statusOf, int maxRequest, ILoggerFactory loggers) =>
        _app = Build(path, new ControlAnswers(answer, statusOf, loggers.CreateLogger<ControlSocketServer>(), _stopping.Token).AnswerAsync, maxRequest, loggers);

    /// <summary>Listens. The folder must exist, and the caller holds its lock: a socket that is there is a dead process's, and is replaced.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="answer">Answers each request, until the token says that nobody waits any more or that the server ends.</param>
    /// <param name="statusOf">
    /// The HTTP status of what went wrong, whose message is then the answer (<see cref="ControlProblem"/>); null for what is to be known here: broken requests are 400, all else is 500 and logged.
    /// </param>
    /// <param name="maxRequest">The longest request body in bytes.</param>
    /// <param name="loggers">Where to log.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ControlSocketException">The path is too long, or cannot be listened on.</exception>
    public static async Task<ControlSocketServer> StartAsync(
        string path, Func<HttpContext, CancellationToken, Task> answer, Func<Exception, int?> statusOf, int maxRequest, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        _ = ControlSocket.At(path);
        var server = new ControlSocketServer(path, answer, statusOf, maxRequest, loggers);
        try
        {
            File.Delete(path);
            await server._app.StartAsync(cancellationToken);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            return server;
        }
        catch (Exception e)
        {
            await server.DisposeAsync();
            if (e is IOException or SocketException or UnauthorizedAccessException) throw new ControlSocketException($"The control socket '{path}' cannot be made: {e.Message}", e);
            throw;
        }
    }

    /// <summary>Ends what is being streamed or searched, lets short answers go out, removes the socket.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        await _stopping.CancelAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    private static WebApplication Build(string path, RequestDelegate answer, int maxRequest, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger<ControlSocketServer>();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddLogging();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.MaxRequestBodySize = maxRequest;
            kestrel.Limits.MaxRequestHeadersTotalSize = 8 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.ListenUnixSocket(path, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(next => connection => MayAsk(connection, logger) ? next(connection) : Task.CompletedTask);
            });
        });
        var app = builder.Build();
        ((IApplicationBuilder)app).Run(answer);
        return app;
    }

    private static bool MayAsk(ConnectionContext connection, ILogger logger)
    {
        var user = ControlSocket.UserAt(connection.Features.Get<IConnectionSocketFeature>()!.Socket);
        if (ControlSocket.IsAllowed(user)) return true;
        OtherUser(logger, user ?? 0);
        return false;
    }

    [LoggerMessage(3100, LogLevel.Warning, "The user {User} wanted to command this process, and was not heard")]
    private static partial void OtherUser(ILogger logger, uint user);
}
