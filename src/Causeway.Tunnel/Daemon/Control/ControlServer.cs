using Causeway.Hosting.Control;
using Microsoft.Extensions.Logging;

namespace Causeway.Tunnel.Daemon.Control;

/// <summary>The end of the control socket at which a tunnel listens.</summary>
public sealed class ControlServer : IAsyncDisposable
{
    private readonly ControlSocketServer _server;

    private ControlServer(ControlSocketServer server) => _server = server;

    /// <summary>Listens. The folder must exist, and the caller holds the network's lock: a socket that is there is a dead daemon's, and is replaced.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="control">What is asked.</param>
    /// <param name="version">The program's version.</param>
    /// <param name="loggers">Where to log.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ControlException">The path is too long, or cannot be listened on.</exception>
    public static async Task<ControlServer> StartAsync(string path, ITunnelControl control, string version, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        try
        {
            return new ControlServer(
                await ControlSocketServer.StartAsync(path, new ControlRequests(control, version).AnswerAsync, ControlRequests.StatusOf, ControlProtocol.MaxRequest, loggers, cancellationToken));
        }
        catch (ControlSocketException e)
        {
            throw new ControlException(e.Message, e);
        }
    }

    /// <summary>Ends what is being watched or measured, lets short answers go out, removes the socket.</summary>
    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
