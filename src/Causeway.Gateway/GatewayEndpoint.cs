using System.Net.WebSockets;
using Causeway.Gateway.Files;
using Causeway.Gateway.Files.Http;
using Causeway.Gateway.Pages;
using Causeway.Gateway.Peers;
using Causeway.Hosting.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway;

/// <summary>The gateway as part of a web server: takes pages at <c>/ws</c> and gives each a peer.</summary>
public sealed class GatewayEndpoint : IAsyncDisposable
{
    /// <summary>Where pages connect.</summary>
    public const string Path = "/ws";

    // A page that is closing takes a round trip to say so.
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(2);

    private readonly PageRegistry _pages;
    private readonly PeerManager _peers;
    private readonly OriginPolicy _origins;
    private readonly LaunchToken? _token;
    private readonly GatewayOptions _options;
    private readonly TimeProvider _time;
    private readonly GatewayMetrics _metrics = new();
    private readonly ILogger _logger;
    private readonly RefusalLog _refusals;
    private readonly PageAccesses _accesses = new();
    private readonly GatewayFiles? _ownFiles;
    private readonly FilesHttp _files;

    /// <summary>A gateway without pages.</summary>
    /// <param name="factory">Makes the peers.</param>
    /// <param name="options">Bounds and times.</param>
    /// <param name="origins">Who may connect.</param>
    /// <param name="token">What they must show; null for nothing.</param>
    /// <param name="loggers">Where everything logs.</param>
    /// <param name="time">The clock.</param>
    /// <param name="files">The files of all pages, which stay the caller's; null for files that go with the gateway.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public GatewayEndpoint(
        IPeerFactory factory, GatewayOptions options, OriginPolicy origins, LaunchToken? token, ILoggerFactory loggers, TimeProvider? time = null, GatewayFiles? files = null)
    {
        options.Validate();
        _options = options;
        _origins = origins;
        _token = token;
        _time = time ?? TimeProvider.System;
        _logger = loggers.CreateLogger<GatewayEndpoint>();
        _refusals = new RefusalLog(_logger, _time);
        _pages = new PageRegistry(options.MaxPages);
        if (files is null) _ownFiles = files = GatewayFiles.InMemory(time: _time);
        _peers = new PeerManager(factory, files, options, _time, loggers);
        _files = new FilesHttp(files, _accesses, origins, token, _logger);
    }

    /// <summary>Raised with the number of connected pages when it has changed.</summary>
    public event Action<int> PagesChanged
    {
        add => _pages.Changed += value;
        remove => _pages.Changed -= value;
    }

    /// <summary>Pages connected now.</summary>
    public int PageCount => _pages.Count;

    /// <summary>Adds the endpoint to a pipeline, and the login when a launch token is demanded: what comes after it is served only to those who show the token.</summary>
    public void Use(IApplicationBuilder app)
    {
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = _options.KeepAlive, KeepAliveTimeout = _options.KeepAlive });
        app.Use((context, next) => context.Request.Path == Path ? ServeAsync(context) : _files.ServeAsync(context, next));
        if (_token is not null) app.UseLogin(_token, _origins);
    }

    /// <summary>Says goodbye to all pages and waits until their peers are closed.</summary>
    public async ValueTask DisposeAsync()
    {
        await _pages.StopAsync(StopPatience);
        _files.Dispose();
        if (_ownFiles is not null) await _ownFiles.DisposeAsync();
        _refusals.Dispose();
        _metrics.Dispose();
    }

    private async Task ServeAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await RefuseAsync(context, StatusCodes.Status426UpgradeRequired, "this address is for WebSockets");
            return;
        }

        if (_origins.Refuse(context.Request) is { } reason)
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, reason);
            return;
        }

        if (_token?.IsShownBy(context.Request) == false)
        {
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, LoginExtensions.MissingToken);
            return;
        }

        if (!_pages.HasRoom)
        {
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, $"no room for another page; {_options.MaxPages} are connected or the gateway is stopping");
            return;
        }

        var access = _accesses.Open(context);
        try
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await RunAsync(context, socket, access);
        }
        finally
        {
            _accesses.Close(access);
        }
    }

    private async Task RunAsync(HttpContext context, WebSocket socket, PageAccess access)
    {
        using var page = new PageSocket(socket, _options, _time);
        if (!_pages.TryAdd(page))
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "no room for another page", CancellationToken.None);
            return;
        }

        _metrics.PageOpened();
        GatewayLog.PageConnected(_logger, $"{context.Connection.RemoteIpAddress}:{context.Connection.RemotePort}");
        try
        {
            await new PageSession(page, access, _peers, _metrics, _logger).RunAsync();
        }
        finally
        {
            _metrics.PageClosed();
            _pages.Remove(page);
        }
    }

    private Task RefuseAsync(HttpContext context, int status, string reason)
    {
        _refusals.Add(reason);
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(reason + "\n");
    }
}
