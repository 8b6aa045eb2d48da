using System.IO.Pipelines;
using System.Threading.Channels;
using Causeway.Libp2p.Resources;
using Causeway.Libp2p.Security;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.Muxing.Yamux;

/// <summary>
/// Drives a <see cref="YamuxSession"/> over a pipe: one read loop, and one writer at a time, who sends for all that wait (see the parts of this class).
/// No task exists per stream or per write; continuations of the application never run under a lock and never hold up the read loop.
/// </summary>
internal sealed partial class YamuxMuxer : IMuxer
{
    private readonly PipeReader _input;
    private readonly PipeWriter _output;
    private readonly YamuxSession _session;
    private readonly YamuxOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly long _origin;
    private readonly Channel<YamuxStream> _accepted = Channel.CreateUnbounded<YamuxStream>();
    private readonly TaskCompletionSource<Exception?> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<TaskCompletionSource> _openers = new();
    private Exception? _ending;

    public YamuxMuxer(IDuplexPipe pipe, ConnectionRole role, IMemoryScope memory, YamuxOptions options, TimeProvider time, ILogger log)
    {
        _input = pipe.Input;
        _output = pipe.Output;
        _options = options;
        _time = time;
        _log = log;
        _origin = time.GetTimestamp();
        _session = new YamuxSession(options, role, memory);
        _onRead = OnRead;
        _onFlushed = OnFlushed;
        _keepAlive = new KeepAlive(options.KeepAliveInterval, options.KeepAliveTimeout);
    }

    /// <summary>Guards the session and the writing side of streams.</summary>
    public Lock Gate { get; } = new();

    /// <inheritdoc/>
    public Task<Exception?> Closed => _closed.Task;

    /// <inheritdoc/>
    public int StreamCount
    {
        get
        {
            lock (Gate) return _session.StreamCount;
        }
    }

    /// <inheritdoc/>
    public TimeSpan? RoundTripTime
    {
        get
        {
            lock (Gate) return _session.RoundTripTime;
        }
    }

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    /// <summary>Begins to read.</summary>
    public void Start()
    {
        StartKeepAlive();
        ThreadPool.UnsafeQueueUserWorkItem(static muxer => muxer.ReadLoop(), this, preferLocal: false);
    }

    /// <inheritdoc/>
    public async ValueTask<MuxedStream> OpenStreamAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (true)
        {
            TaskCompletionSource turn;
            lock (Gate)
            {
                ThrowIfEnded();
                if (_session.MayOpen)
                {
                    var state = _session.Open(Now);
                    state.Stream = new YamuxStream(this, state);
                    return state.Stream;
                }

                turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _openers.Enqueue(turn);
            }

            try
            {
                await turn.Task.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                // A turn that was given to us while we gave up goes to the next.
                if (!turn.TrySetCanceled(CancellationToken.None)) AdmitOpeners();
                throw;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<MuxedStream?> AcceptStreamAsync(CancellationToken cancellationToken)
    {
        while (await _accepted.Reader.WaitToReadAsync(cancellationToken))
        {
            if (!_accepted.Reader.TryRead(out var stream)) continue;
            lock (Gate)
            {
                _session.Accepted();

                // Reset before anyone saw it: nothing to serve. What arrived whole is served even when the connection has ended since.
                if (stream.State.IsRemoved && stream.WriteFailure is not null && !stream.HasAllData) continue;
            }

            return stream;
        }

        return null;
    }

    /// <summary>Lets those go on who wait to open a stream, as many as the ACK backlog allows.</summary>
    private void AdmitOpeners()
    {
        if (_openers.Count == 0) return;
        lock (Gate)
        {
            for (var free = _options.AckBacklog - _session.UnacknowledgedCount; (free > 0 || _ending is not null) && _openers.TryDequeue(out var turn); free--)
            {
                if (!turn.TrySetResult()) free++;
            }
        }
    }

    private void ThrowIfEnded()
    {
        if (_ending is not null) throw Ended();
    }

    private Libp2pException Ended() => _ending is Libp2pException { Error: Libp2pError.ConnectionClosed } closed
        ? new Libp2pException(Libp2pError.ConnectionClosed, closed.Message, closed.InnerException)
        : new Libp2pException(Libp2pError.ConnectionClosed, "The connection has ended.", _ending);
}
