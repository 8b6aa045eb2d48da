using System.Collections.Concurrent;

namespace Causeway.Tunnel.Protocol.Peers;

/// <summary>
/// What the sink is to be told. It is noted down under the endpoint's lock and told after it, in the order in which it happened, whichever threads were
/// at it; a sink that calls back finds no lock held.
/// </summary>
internal sealed class EndpointEffects(ITunnelSink sink)
{
    private readonly ConcurrentQueue<Action<ITunnelSink>> _effects = new();
    private int _pending;

    /// <summary>Notes something down.</summary>
    public void Add(Action<ITunnelSink> effect) => _effects.Enqueue(effect);

    /// <summary>Tells it all, unless another thread, or this one further up its stack, is doing so: then that one goes on.</summary>
    public void Flush()
    {
        if (_effects.IsEmpty || Interlocked.Increment(ref _pending) != 1) return;
        try
        {
            int seen;
            do
            {
                seen = Volatile.Read(ref _pending);
                while (_effects.TryDequeue(out var effect)) effect(sink);
            }
            while (Interlocked.Add(ref _pending, -seen) != 0);
        }
        catch
        {
            // A sink that throws is wrong; but the rest shall still be told, by whoever comes next.
            Volatile.Write(ref _pending, 0);
            throw;
        }
    }
}
