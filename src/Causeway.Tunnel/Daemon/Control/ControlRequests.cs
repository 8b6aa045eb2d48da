using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Causeway.Tunnel.Devices;
using Causeway.Tunnel.Protocol.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Causeway.Tunnel.Daemon.Control;

/// <summary>Answers requests of the control socket out of an <see cref="ITunnelControl"/>.</summary>
internal sealed partial class ControlRequests(ITunnelControl control, string version, ILogger logger, CancellationToken stopping)
{
    private static readonly byte[] NewLine = "\n"u8.ToArray();

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

    private static string Query(HttpContext context, string name) => context.Request.Query[name] is [{ Length: > 0 } value] ? value : throw new JsonException($"The query has no {name}.");

    private static int Count(HttpContext context) =>
        int.TryParse(Query(context, "count"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= 1000 ? count : throw new JsonException("The count is 1 to 1000.");

    private static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type, CancellationToken cancel) =>
        await JsonSerializer.DeserializeAsync(context.Request.Body, type, cancel) ?? throw new JsonException("The body says nothing.");

    private static async Task WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type, CancellationToken cancel)
    {
        context.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(context.Response.Body, value, type, cancel);
    }

    // Until the first line an error is an answer of its own; after it, the end of the connection.
    private static async Task StreamAsync<T>(HttpContext context, IAsyncEnumerable<T> values, JsonTypeInfo<T> type, CancellationToken cancel)
    {
        context.Response.ContentType = "application/x-ndjson";
        await foreach (var value in values.WithCancellation(cancel))
        {
            await JsonSerializer.SerializeAsync(context.Response.Body, value, type, cancel);
            await context.Response.Body.WriteAsync(NewLine, cancel);
            await context.Response.Body.FlushAsync(cancel);
        }
    }

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
