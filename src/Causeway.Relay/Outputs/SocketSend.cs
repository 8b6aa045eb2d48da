using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Causeway.Relay.Outputs;

/// <summary>One gathering send that is under way. Pooled, so that members who wait for nothing hold none.</summary>
internal sealed class SocketSend : SocketAsyncEventArgs, IValueTaskSource
{
    private const int MaxKept = 64;

    private static readonly ConcurrentQueue<SocketSend> Pool = new();

    private ManualResetValueTaskSourceCore<bool> _core;

    private SocketSend()
        : base(true)
    {
    }

    /// <summary>One that is free.</summary>
    public static SocketSend Rent() => Pool.TryDequeue(out var send) ? send : new SocketSend();

    /// <summary>Gives it back.</summary>
    public void Return()
    {
        BufferList = null;
        if (Pool.Count < MaxKept) Pool.Enqueue(this);
        else Dispose();
    }

    /// <summary>Sends everything.</summary>
    public ValueTask SendAsync(Socket socket, IList<ArraySegment<byte>> segments)
    {
        _core.Reset();
        BufferList = segments;
        if (socket.SendAsync(this)) return new ValueTask(this, _core.Version);
        return SocketError == SocketError.Success ? ValueTask.CompletedTask : ValueTask.FromException(new SocketException((int)SocketError));
    }

    /// <inheritdoc/>
    public void GetResult(short token) => _core.GetResult(token);

    /// <inheritdoc/>
    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    /// <inheritdoc/>
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) => _core.OnCompleted(continuation, state, token, flags);

    /// <inheritdoc/>
    protected override void OnCompleted(SocketAsyncEventArgs e)
    {
        if (SocketError == SocketError.Success) _core.SetResult(true);
        else _core.SetException(new SocketException((int)SocketError));
    }
}
