using System.Text.Json;
using Causeway.Tunnel.Devices;
using Causeway.Tunnel.Protocol.Wire;
using Microsoft.AspNetCore.Http;
using static Causeway.Hosting.Control.ControlMessages;

namespace Causeway.Tunnel.Daemon.Control;

/// <summary>Answers requests of the control socket out of an <see cref="ITunnelControl"/>.</summary>
internal sealed class ControlRequests(ITunnelControl control, string version)
{
    /// <summary>The HTTP status of what a request comes to that cannot be done; null for what is not the tunnel's to know.</summary>
    public static int? StatusOf(Exception error) => error switch
    {
        ControlException { Error: ControlError.OtherVersion } => StatusCodes.Status426UpgradeRequired,
        TunnelException or SegmentDeviceException => StatusCodes.Status409Conflict,
        _ => null,
    };

    /// <summary>Answers one request.</summary>
    public async Task AnswerAsync(HttpContext context, CancellationToken cancel)
    {
        context.Response.Headers[GenerationHeader] = ControlProtocol.Generation;
        context.Response.Headers[ControlProtocol.VersionHeader] = version;
        var (method, path) = (context.Request.Method, context.Request.Path.Value);
        if (method == HttpMethods.Post && path == ControlProtocol.Stop)
        {
            await control.StopAsync();
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        if (context.Request.Headers[GenerationHeader] != ControlProtocol.Generation)
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
}
