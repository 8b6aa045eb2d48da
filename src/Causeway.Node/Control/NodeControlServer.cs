using System.Text.Json;
using Causeway.Hosting.Control;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using static Causeway.Hosting.Control.ControlMessages;

namespace Causeway.Node.Control;

/// <summary>The end of the control socket at which a node listens.</summary>
public sealed partial class NodeControlServer : IAsyncDisposable
{
    private readonly INodeControl _control;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private ControlSocketServer? _server;

    private NodeControlServer(INodeControl control, ILogger logger) => (_control, _logger) = (control, logger);

    /// <summary>Listens. The folder must exist, and the caller holds its lock.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="control">What is asked.</param>
    /// <param name="loggers">Where to log.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="NodeException">The path is too long, or cannot be listened on.</exception>
    public static async Task<NodeControlServer> StartAsync(string path, INodeControl control, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var server = new NodeControlServer(control, loggers.CreateLogger<NodeControlServer>());
        try
        {
            server._server = await ControlSocketServer.StartAsync(path, server.AnswerAsync, NodeProtocol.MaxRequest, loggers, cancellationToken);
            return server;
        }
        catch (Exception e)
        {
            await server.DisposeAsync();
            if (e is ControlSocketException) throw new NodeException(NodeError.Failed, e.Message, e);
            throw;
        }
    }

    /// <summary>Ends what is being measured or searched, lets short answers go out, removes the socket.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        if (_server is not null) await _server.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        context.Response.Headers[NodeProtocol.GenerationHeader] = NodeProtocol.Generation;
        try
        {
            if (context.Request.Headers[NodeProtocol.GenerationHeader] != NodeProtocol.Generation)
                throw new NodeException(NodeError.OtherVersion, "The node is of another version than this command; restart it.");
            await DispatchAsync(context, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The user has seen enough, or the node ends.
            context.Abort();
        }
        catch (Exception e)
        {
            await ExplainAsync(context, e);
        }
    }

    private async Task DispatchAsync(HttpContext context, CancellationToken cancel)
    {
        switch (context.Request.Method, context.Request.Path.Value)
        {
            case ("GET", NodeProtocol.Status):
                await WriteAsync(context, await _control.GetStatusAsync(cancel), NodeJson.Default.NodeReport, cancel);
                break;
            case ("GET", NodeProtocol.Connections):
                await WriteAsync(context, await _control.GetConnectionsAsync(cancel), NodeJson.Default.IReadOnlyListConnectionReport, cancel);
                break;
            case ("GET", NodeProtocol.Peers):
                await WriteAsync(context, await _control.GetPeersAsync(cancel), NodeJson.Default.IReadOnlyListPeerReport, cancel);
                break;
            case ("POST", NodeProtocol.Connect):
                await WriteAsync(context, await _control.ConnectAsync(Query(context, "target"), cancel), NodeJson.Default.ConnectionReport, cancel);
                break;
            case ("POST", NodeProtocol.Disconnect):
                await WriteAsync(context, await _control.DisconnectAsync(Query(context, "target"), cancel), NodeJson.Default.Int32, cancel);
                break;
            case ("GET", NodeProtocol.Ping):
                await StreamAsync(context, _control.PingAsync(Query(context, "target"), Count(context), cancel), NodeJson.Default.PingReport, cancel);
                break;
            case ("GET", NodeProtocol.FindPeer):
                await WriteAsync(context, await _control.FindPeerAsync(Query(context, "peer"), cancel), NodeJson.Default.PeerReport, cancel);
                break;
            case ("GET", NodeProtocol.Providers):
                await StreamAsync(context, _control.FindProvidersAsync(Query(context, "cid"), Count(context), cancel), NodeJson.Default.PeerReport, cancel);
                break;
            case ("POST", NodeProtocol.Provide):
                await _control.ProvideAsync(Query(context, "cid"), cancel);
                break;
            case ("GET", NodeProtocol.Value):
                await WriteAsync(context, await _control.GetValueAsync(Query(context, "key"), cancel), NodeJson.Default.ValueReport, cancel);
                break;
            case ("PUT", NodeProtocol.Value):
                await _control.PutValueAsync(await ReadAsync(context, NodeJson.Default.ValueReport, cancel), cancel);
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private async Task ExplainAsync(HttpContext context, Exception error)
    {
        if (context.Response.HasStarted)
        {
            Failed(_logger, context.Request.Path, error);
            context.Abort();
            return;
        }

        context.Response.StatusCode = error switch
        {
            NodeException { Error: NodeError.OtherVersion } => StatusCodes.Status426UpgradeRequired,
            NodeException { Error: NodeError.NotFound } => StatusCodes.Status404NotFound,
            NodeException { Error: NodeError.BadRequest } or JsonException => StatusCodes.Status400BadRequest,
            NodeException => StatusCodes.Status409Conflict,
            BadHttpRequestException bad => bad.StatusCode,
            _ => StatusCodes.Status500InternalServerError,
        };
        if (context.Response.StatusCode == StatusCodes.Status500InternalServerError) Failed(_logger, context.Request.Path, error);
        context.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(context.Response.Body, new NodeProblem(error.Message), NodeJson.Default.NodeProblem, context.RequestAborted);
    }

    [LoggerMessage(3400, LogLevel.Error, "The request {Path} of the control socket failed")]
    private static partial void Failed(ILogger logger, string path, Exception error);
}
