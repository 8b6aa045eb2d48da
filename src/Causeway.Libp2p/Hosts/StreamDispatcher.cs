using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Muxing;
using Causeway.Libp2p.Negotiation;
using Causeway.Libp2p.Streams;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.Hosts;

/// <summary>Takes the streams that others open to the handlers of their protocols.</summary>
internal sealed class StreamDispatcher
{
    private readonly ProtocolTable _protocols;
    private readonly HostOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Predicate<string> _serves;
    private readonly Func<IEnumerable<string>> _list;
    private readonly Lock _lock = new();
    private TaskCompletionSource? _idle;
    private int _running;

    public StreamDispatcher(ProtocolTable protocols, HostOptions options, TimeProvider time, ILogger log)
    {
        _protocols = protocols;
        _options = options;
        _time = time;
        _log = log;
        _serves = protocols.Serves;
        _list = () => protocols.Ids;
    }

    /// <summary>Handlers that run now.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Serves a connection's streams until it ends.</summary>
    public async Task ServeAsync(Connection connection)
    {
        var negotiations = new Negotiations();
        while (await connection.AcceptStreamAsync() is { } stream)
        {
            if (negotiations.Count >= _options.MaxNegotiationsPerConnection)
            {
                // A peer that opens streams without saying what for.
                stream.Abort();
                await stream.DisposeAsync();
                continue;
            }

            Interlocked.Increment(ref negotiations.Count);

            // On the pool: a handler that works or blocks before its first await must not hold up the next stream.
            _ = Task.Run(() => ServeAsync(stream, connection, negotiations));
        }
    }

    /// <summary>Completes when no handler runs any more.</summary>
    public Task WaitForIdleAsync()
    {
        lock (_lock)
        {
            if (_running == 0) return Task.CompletedTask;
            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    private async Task ServeAsync(MuxedStream muxed, Connection connection, Negotiations negotiations)
    {
        Libp2pStream stream;
        try
        {
            using var timeout = new CancellationTokenSource(_options.NegotiationTimeout, _time);
            stream = await StreamNegotiator.AcceptAsync(muxed, connection, _serves, _list, timeout.Token);
        }
        catch (Exception error)
        {
            _log.NegotiationFailed(connection.RemotePeer, error.Message);
            await muxed.DisposeAsync();
            return;
        }
        finally
        {
            Interlocked.Decrement(ref negotiations.Count);
        }

        if (!_protocols.TryGet(stream.Protocol, out var served) || (connection.IsLimited && !served.AllowLimited))
        {
            stream.Abort();
            await stream.DisposeAsync();
            return;
        }

        if (!served.TryEnter(connection.RemotePeer))
        {
            _log.TooManyStreams(served.Id, connection.RemotePeer);
            stream.Abort();
            await stream.DisposeAsync();
            return;
        }

        Enter();
        try
        {
            await HandleAsync(served, stream, connection);
        }
        finally
        {
            Leave();
        }
    }

    private async Task HandleAsync(ServedProtocol served, Libp2pStream stream, Connection connection)
    {
        await using (stream)
        {
            try
            {
                await RunAsync(served, stream, connection);
            }
            catch (Exception error)
            {
                stream.Abort();
                if (!connection.Stopping.IsCancellationRequested) _log.HandlerFailed(served.Id, connection.RemotePeer, error);
            }
        }
    }

    private static async Task RunAsync(ServedProtocol served, Libp2pStream stream, Connection connection)
    {
        try
        {
            await served.Handler(stream, connection.Stopping);
        }
        finally
        {
            // Before the other end learns that the stream has ended: it may open the next one at once.
            served.Leave(connection.RemotePeer);
        }
    }

    private void Enter()
    {
        lock (_lock) _running++;
    }

    private void Leave()
    {
        lock (_lock)
        {
            if (--_running > 0) return;
            _idle?.TrySetResult();
            _idle = null;
        }
    }

    private sealed class Negotiations
    {
        public int Count;
    }
}
