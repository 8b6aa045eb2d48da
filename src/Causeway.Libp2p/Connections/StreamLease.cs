using Causeway.Libp2p.Muxing;
using Causeway.Libp2p.Resources;

namespace Causeway.Libp2p.Connections;

/// <summary>Gives a stream's place back once both of its directions have ended.</summary>
internal sealed class StreamLease
{
    private static readonly Action<Task, object?> EndedCallback = static (ended, lease) =>
    {
        // Looking at the exception marks it as observed; how the stream ended is its user's business.
        _ = ended.Exception;
        ((StreamLease)lease!).Ended();
    };

    private readonly ConnectionScope _scope;
    private readonly Direction _direction;
    private int _directions = 2;

    private StreamLease(ConnectionScope scope, Direction direction) => (_scope, _direction) = (scope, direction);

    public static void Track(MuxedStream stream, ConnectionScope scope, Direction direction)
    {
        var lease = new StreamLease(scope, direction);
        _ = stream.ReadsClosed.ContinueWith(EndedCallback, lease, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        _ = stream.WritesClosed.ContinueWith(EndedCallback, lease, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private void Ended()
    {
        if (Interlocked.Decrement(ref _directions) == 0) _scope.RemoveStream(_direction);
    }
}
