using Causeway.Hosting.Control;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using static Causeway.Hosting.Control.ControlMessages;

namespace Causeway.Node.Control;

/// <summary>The end of the control socket at which a node listens.</summary>
public sealed class NodeControlServer : IAsyncDisposable
{
    private readonly INodeControl _control;
    private ControlSocketServer? _server;

    private NodeControlServer(INodeControl control) => _control = control;

    /// <summary>Listens. The folder must exist, and the caller holds its lock.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="control">What is asked.</param>
    /// <param name="loggers">Where to log.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="NodeException">The path is too long, or cannot be listened on.</exception>
    public static async Task<NodeControlServer> StartAsync(string path, INodeControl control, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var server = new NodeControlServer(control);
        try
        {
            server._server = await ControlSocketServer.StartAsync(path, server.AnswerAsync, StatusOf, NodeProtocol.MaxRequest, loggers, cancellationToken);
            return server;
        }
        catch (ControlSocketException e)
        {
            throw new NodeException(NodeError.Failed, e.Message, e);
        }
    }

    /// <summary>Ends what is being measured or searched, lets short answers go out, removes the socket.</summary>
    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static int? StatusOf(Exception error) => error switch
    {
        NodeException { Error: NodeError.OtherVersion } => StatusCodes.Status426UpgradeRequired,
        NodeException { Error: NodeError.NotFound } => StatusCodes.Status404NotFound,
        NodeException { Error: NodeError.BadRequest } => StatusCodes.Status400BadRequest,
        NodeException => StatusCodes.Status409Conflict,
        _ => null,
    };

    private async Task AnswerAsync(HttpContext context, CancellationToken cancel)
    {
        context.Response.Headers[GenerationHeader] = NodeProtocol.Generation;
        if (context.Request.Headers[GenerationHeader] != NodeProtocol.Generation)
            throw new NodeException(NodeError.OtherVersion, "The node is of another version than this command; restart it.");
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
            case ("GET", NodeProtocol.ImportCar):
                await StreamAsync(context, _control.ImportCarAsync(Query(context, "path"), Query(context, "pin") == "1", cancel), NodeJson.Default.CarImportReport, cancel);
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }
}
