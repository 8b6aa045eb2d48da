using Causeway.Hosting.Control;
using Microsoft.Extensions.Logging;

namespace Causeway.Tunnel.Daemon.Control;

/// <summary>The end of the control socket at which a tunnel listens.</summary>
public sealed class ControlServer : IAsyncDisposable
{
    private readonly ControlSocketServer _server;
    private readonly CancellationTokenSource _stopping;
    private int _isDisposed;

    private ControlServer(ControlSocketServer server, CancellationTokenSource stopping) => (_server, _stopping) = (server, stopping);

    /// <summary>Listens. The folder must exist, and the caller holds the network's lock: a socket that is there is a dead daemon's, and is replaced.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="control">What is asked.</param>
    /// <param name="version">The program's version.</param>
    /// <param name="loggers">Where to log.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ControlException">The path is too long, or cannot be listened on.</exception>
    public static async Task<ControlServer> StartAsync(string path, ITunnelControl control, string version, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var stopping = new CancellationTokenSource();
        var requests = new ControlRequests(control, version, loggers.CreateLogger<ControlServer>(), stopping.Token);
        try
        {
            return new ControlServer(await ControlSocketServer.StartAsync(path, requests.AnswerAsync, ControlProtocol.MaxRequest, loggers, cancellationToken), stopping);
        }
        catch (Exception e)
        {
            stopping.Dispose();
            if (e is ControlSocketException) throw new ControlException(e.Message, e);
            throw;
        }
    }

    /// <summary>Ends what is being watched or measured, lets short answers go out, removes the socket.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        await _stopping.CancelAsync();
        await _server.DisposeAsync();
        _stopping.Dispose();
    }
}
