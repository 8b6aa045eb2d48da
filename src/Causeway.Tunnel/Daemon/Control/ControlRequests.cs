using System.Text.Json;
using Causeway.Tunnel.Devices;
using Causeway.Tunnel.Protocol.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using static Causeway.Hosting.Control.ControlMessages;

namespace Causeway.Tunnel.Daemon.Control;

/// <summary>Answers requests of the control socket out of an <see cref="ITunnelControl"/>.</summary>
internal sealed partial class ControlRequests(ITunnelControl control, string version, ILogger logger, CancellationToken stopping)
{
    /// <summary>Answers one request.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        context.Response.Headers[ControlProtocol.GenerationHeader] = ControlProtocol.Generation;
        context.Response.Headers[ControlProtocol.VersionHeader] = version;
        try
        {
            await DispatchAsync(context, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The user has seen enough, or the tunnel ends.
            context.Abort();
        }
        catch (Exception e)
        {
            await ExplainAsync(context, e);
        }
    }

    private async Task DispatchAsync(HttpContext context, CancellationToken cancel)
    {
        var (method, path) = (context.Request.Method, context.Request.Path.Value);
        if (method == HttpMethods.Post && path == ControlProtocol.Stop)
        {
            await control.StopAsync();
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        if (context.Request.Headers[ControlProtocol.GenerationHeader] != ControlProtocol.Generation)
            throw new ControlException(ControlError.OtherVersion, $"This tunnel is run by causeway {version}, which does not understand the command's version; stop it with 'causeway tunnel down' and start it again.");

        switch (method, path)
        {
            case ("GET", ControlProtocol.Status):
                await WriteAsync(context, control.GetStatus(), ControlJson.Default.TunnelStatus, cancel);
                break;
            case ("GET", ControlProtocol.Watch):
                await StreamAsync(context, control.WatchAsync(cancel), ControlJson.Default.TunnelStatus, cancel);
                break;
            case ("GET", ControlProtocol.Peers):
                await WriteAsync(context, control.GetPeers(), ControlJson.Default.IReadOnlyListPeerReport, cancel);
                break;
            case ("GET", ControlProtocol.Ping):
                await StreamAsync(context, control.PingAsync(Query(context, "peer"), Count(context), cancel), ControlJson.Default.PingReport, cancel);
                break;
            case ("GET", ControlProtocol.Invitations):
                await WriteAsync(context, control.GetInvitations(), ControlJson.Default.IReadOnlyListInvitationReport, cancel);
                break;
            case ("POST", ControlProtocol.Invitations):
                await WriteAsync(context, await control.InviteAsync(await ReadAsync(context, ControlJson.Default.InvitationRequest, cancel), cancel), ControlJson.Default.InvitationReport, cancel);
                break;
            case ("DELETE", ControlProtocol.Invitations):
                await control.RevokeInvitationAsync(Query(context, "id"), cancel);
                break;
            case ("GET", ControlProtocol.Relays):
                await WriteAsync(context, control.GetRelays(), ControlJson.Default.IReadOnlyListString, cancel);
                break;
            case ("PUT", ControlProtocol.Relays):
                await control.SetRelaysAsync(await ReadAsync(context, ControlJson.Default.IReadOnlyListString, cancel), cancel);
                break;
            case ("POST", ControlProtocol.Remove or ControlProtocol.Rename or ControlProtocol.Address or ControlProtocol.Role):
                await ChangeAsync(path, await ReadAsync(context, ControlJson.Default.PeerChange, cancel), cancel);
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private Task ChangeAsync(string path, PeerChange change, CancellationToken cancel) => (path, change.Value) switch
    {
        (ControlProtocol.Remove, null) => control.RemoveAsync(change.Peer, cancel),
        (ControlProtocol.Rename, { } name) => control.RenameAsync(change.Peer, name, cancel),
        (ControlProtocol.Address, { } address) => control.SetAddressAsync(change.Peer, address, cancel),
        (ControlProtocol.Role, ControlProtocol.Administrator or ControlProtocol.Member) => control.SetRoleAsync(change.Peer, change.Value == ControlProtocol.Administrator, cancel),
        _ => throw new JsonException("The change has no value, or one too many."),
    };

    private async Task ExplainAsync(HttpContext context, Exception error)
    {
        if (context.Response.HasStarted)
        {
            Failed(logger, context.Request.Path, error);
            context.Abort();
            return;
        }

        context.Response.StatusCode = error switch
        {
            ControlException { Error: ControlError.OtherVersion } => StatusCodes.Status426UpgradeRequired,
            TunnelException or SegmentDeviceException => StatusCodes.Status409Conflict,
            JsonException => StatusCodes.Status400BadRequest,
            BadHttpRequestException bad => bad.StatusCode,
            _ => StatusCodes.Status500InternalServerError,
        };
        if (context.Response.StatusCode == StatusCodes.Status500InternalServerError) Failed(logger, context.Request.Path, error);
        context.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(context.Response.Body, new ControlProblem(error.Message), ControlJson.Default.ControlProblem, context.RequestAborted);
    }

    [LoggerMessage(1301, LogLevel.Error, "The request {Path} of the control socket failed")]
    private static partial void Failed(ILogger logger, string path, Exception error);
}
