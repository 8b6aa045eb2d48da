using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Daemon;

/// <summary>Those who wait for an answer to a heartbeat.</summary>
internal sealed class PingTable
{
    private readonly Lock _lock = new();
    private readonly List<(TunnelPeerId Peer, TaskCompletionSource<TimeSpan> Answer)> _waiting = [];

    /// <summary>The round-trip time of the next heartbeat of a peer that is answered; null if none is in time.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="send">Sends the heartbeat; false if that is not possible.</param>
    /// <param name="patience">How long to wait.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<TimeSpan?> PingAsync(TunnelPeerId peer, Func<bool> send, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock) _waiting.Add((peer, answer));
        try
        {
            return send() ? await answer.Task.WaitAsync(patience, time, cancellationToken) : null;
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            lock (_lock) _waiting.Remove((peer, answer));
        }
    }

    /// <summary>A heartbeat was answered.</summary>
    public void Answered(TunnelPeerId peer, TimeSpan roundTripTime)
    {
        lock (_lock)
        {
            foreach (var (waited, answer) in _waiting)
            {
                if (waited == peer) answer.TrySetResult(roundTripTime);
            }
        }
    }
}
