using System.IO.Pipelines;
using System.Net;
using Causeway.Cryptography.Hybrid;
using Causeway.Hosting.Access;
using Causeway.Relay.Admission;
using Causeway.Relay.Members;
using Causeway.Relay.Outputs;
using Causeway.Relay.Queues;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Relaying;
using Causeway.Tunnel.Protocol.Relaying.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace Causeway.Relay;

/// <summary>The relay as part of a web server: members connect at <c>/tunnel/v1</c> (tunnel protocol §2).</summary>
public sealed class RelayEndpoint : IAsyncDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private readonly RelayCore _core;
    private readonly ProxyTrust _proxies;
    private readonly RelayRefusals _refusals;
    private readonly ConnectionSet _connections = new();
    private readonly ITimer _sweep;
    private int _sweeps;

    /// <summary>A relay without members.</summary>
    /// <param name="key">Its identity; stays the caller's to dispose, after this.</param>
    /// <param name="options">Bounds and times.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="allowed">Whom it serves; null for everybody.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public RelayEndpoint(HybridSigningKey key, RelayOptions options, ILoggerFactory loggers, AllowList? allowed = null, TimeProvider? time = null)
    {
        options.Validate();
        time ??= TimeProvider.System;
        var logger = loggers.CreateLogger<RelayEndpoint>();
        _core = new RelayCore(key, options, logger, time, allowed);
        _proxies = new ProxyTrust(options.TrustedProxies);
        _refusals = new RelayRefusals(logger, time);
        _sweep = time.CreateTimer(_ => Sweep(), null, SweepInterval, SweepInterval);
    }

    /// <summary>The relay's name, which its address pins.</summary>
    public TunnelPeerId RelayId => _core.RelayId;

    /// <summary>Members that have proved who they are.</summary>
    public int MemberCount => _core.Members.Count;

    /// <summary>Connections, proved or not.</summary>
    public int ConnectionCount => _core.Admission.Connections;

    /// <summary>Why the relay takes nobody; null if it does. For <c>/readyz</c>.</summary>
    public string? NotReady => _core.Admission.IsClosed ? "the relay is going down" : null;

    /// <summary>What the relay does inside; for tests and measurements.</summary>
    internal RelayCore Core => _core;

    /// <summary>Adds the endpoint to a pipeline.</summary>
    public void Use(IApplicationBuilder app) => app.Use((context, next) => context.Request.Path == WebSocketUpgrade.Path ? ServeAsync(context) : next(context));

    /// <summary>Whether an address is one of a proxy that is trusted.</summary>
    public bool IsProxy(IPAddress address) => _proxies.IsTrusted(address);

    /// <summary>Lets nobody in any more, tells all members to leave, and waits until they have, at most for <paramref name="time"/> (0 to 18 h); then ends what is left.</summary>
    public async Task DrainAsync(TimeSpan time)
    {
        _core.Admission.IsClosed = true;
        if (time > TimeSpan.Zero && _connections.Count > 0)
        {
            RelayLog.Draining(_core.Logger, _core.Members.Count, time.TotalSeconds);
            var record = new byte[ControlRecords.MaxSize];
            var length = ControlRecords.WriteDrain(record, (ushort)Math.Clamp(Math.Ceiling(time.TotalSeconds), 1, ushort.MaxValue));
            foreach (var member in _core.Members.All) member.Outbox.TrySendControl(record.AsSpan(0, length));
            try
            {
                await _connections.WhenEmpty().WaitAsync(time, _core.Time);
            }
            catch (TimeoutException)
            {
                RelayLog.DrainIncomplete(_core.Logger, _core.Members.Count);
            }
        }

        foreach (var connection in _connections.All) connection.Refuse(RelayRefusalCode.Draining, "the relay is going down");
        await _connections.WhenEmpty();
    }

    /// <summary>Ends all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await DrainAsync(TimeSpan.Zero);
        await _sweep.DisposeAsync();
        _core.Dispose();
    }

    private async Task ServeAsync(HttpContext context)
    {
        var address = _proxies.AddressOf(context);
        if (RefuseRequest(context) is { } status)
        {
            await RefuseAsync(context, address, status, "this address is for members of tunnels: a WebSocket with the subprotocol " + WebSocketUpgrade.Subprotocol);
            return;
        }

        var ip = address?.Address ?? IPAddress.None;
        var admission = _core.Admission.TryEnter(ip);
        if (admission != AdmissionResult.Admitted)
        {
            await RefuseAsync(context, address, admission);
            return;
        }

        MemberConnection? connection = null;
        try
        {
            connection = await AcceptAsync(context, address);
            _connections.Add(connection);
            await connection.RunAsync();
        }
        catch (Exception e) when (e is not OperationCanceledException and not IOException)
        {
            RelayLog.ConnectionFailed(_core.Logger, e);
        }
        finally
        {
            _core.Admission.Leave(ip, connection?.IsProved == true);
            if (connection is not null) End(connection, address);
        }
    }

    // Past the server's request and response: it has nothing more to say after the upgrade, and every layer less is a copy less.
    private async Task<MemberConnection> AcceptAsync(HttpContext context, IPEndPoint? address)
    {
        context.Response.Headers.Upgrade = "websocket";
        context.Response.Headers.SecWebSocketAccept = WebSocketUpgrade.AcceptFor(context.Request.Headers.SecWebSocketKey.ToString());
        context.Response.Headers.SecWebSocketProtocol = WebSocketUpgrade.Subprotocol;
        var stream = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        var first = new StreamOutput(stream, context.Abort);
        var transport = context.Features.Get<IConnectionTransportFeature>()?.Transport;
        var tls = context.Features.Get<ISslStreamFeature>()?.SslStream;
        var socket = context.Features.Get<IConnectionSocketFeature>()?.Socket;
        MemberOutput output = (transport, tls, socket) switch
        {
            (null, _, _) => first,
            (_, not null, _) => new StreamOutput(tls, context.Abort),
            (_, _, not null) => new SocketOutput(socket, context.Abort),
            _ => first,
        };
        return new MemberConnection(_core, transport?.Input ?? PipeReader.Create(stream), first, output, address);
    }

    private void End(MemberConnection connection, IPEndPoint? address)
    {
        _connections.Remove(connection);
        if (connection.IsProved) RelayLog.MemberGone(_core.Logger, connection.Peer, connection.Number, connection.Reason);
        else RelayLog.ConnectionEnded(_core.Logger, address, connection.Reason);
        connection.Dispose();
    }

    private static int? RefuseRequest(HttpContext context)
    {
        var request = context.Request;
        if (!HttpMethods.IsGet(request.Method) || context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true }) return StatusCodes.Status426UpgradeRequired;
        if (!string.Equals(request.Headers.Upgrade.ToString(), "websocket", StringComparison.OrdinalIgnoreCase)) return StatusCodes.Status426UpgradeRequired;
        if (request.Headers.SecWebSocketVersion.ToString() != "13" || !WebSocketUpgrade.IsKey(request.Headers.SecWebSocketKey.ToString())) return StatusCodes.Status400BadRequest;
        return request.Headers.GetCommaSeparatedValues("Sec-WebSocket-Protocol").Contains(WebSocketUpgrade.Subprotocol) ? null : StatusCodes.Status400BadRequest;
    }

    private Task RefuseAsync(HttpContext context, IPEndPoint? address, AdmissionResult admission)
    {
        var seconds = (int)_core.Options.RetryAfter.TotalSeconds;
        var (status, code, reason) = admission switch
        {
            AdmissionResult.TooManyOfAddress => (StatusCodes.Status429TooManyRequests, RelayRefusalCode.TooManyConnections, "too many connections from this address"),
            AdmissionResult.TooManyFailures => (StatusCodes.Status429TooManyRequests, RelayRefusalCode.NotAuthentic, "too many failed proofs from this address"),
            _ => (StatusCodes.Status503ServiceUnavailable, RelayRefusalCode.Full, _core.Admission.IsClosed ? "the relay is going down" : "the relay is full"),
        };
        _core.Metrics.Refused((int)code);
        context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return RefuseAsync(context, address, status, reason);
    }

    private Task RefuseAsync(HttpContext context, IPEndPoint? address, int status, string reason)
    {
        _refusals.Add(address, status, reason);
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(reason + "\n");
    }

    private void Sweep()
    {
        _core.Load.Measure();
        var now = _core.Time.GetTimestamp();
        foreach (var connection in _connections.All) connection.Check(now);
        foreach (var connection in MemoryShare.Exceeding(_core.Chunks, _connections.All, c => c.Outbox.Memory))
            connection.Refuse(RelayRefusalCode.QuotaExceeded, "too much waits for it that it does not read");
        if (++_sweeps % 10 != 0) return;
        _core.Admission.Sweep();
        _core.Chunks.Trim();
        _refusals.Report();
    }
}
