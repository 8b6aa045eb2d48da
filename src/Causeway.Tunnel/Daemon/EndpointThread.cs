using Causeway.Tunnel.Protocol.Peers;

namespace Causeway.Tunnel.Daemon;

/// <summary>The thread that does for an endpoint what takes milliseconds, and what is due.</summary>
internal sealed class EndpointThread : IDisposable
{
    private readonly AutoResetEvent _event = new(false);
    private readonly Thread _thread;
    private readonly Action<Exception> _onFailure;
    private TunnelEndpoint? _endpoint;
    private int _isAwake;
    private volatile bool _isStopping;

    public EndpointThread(Action<Exception> onFailure)
    {
        _onFailure = onFailure;
        _thread = new Thread(Run) { IsBackground = true, Name = "tunnel endpoint" };
    }

    public void Start(TunnelEndpoint endpoint)
    {
        _endpoint = endpoint;
        _thread.Start();
    }

    /// <summary>There is something to do. From any thread, often.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _isAwake, 1) == 0) _event.Set();
    }

    /// <summary>Ends it and waits for that.</summary>
    public bool Stop(TimeSpan patience)
    {
        _isStopping = true;
        _event.Set();
        return !_thread.IsAlive || _thread.Join(patience);
    }

    /// <inheritdoc/>
    public void Dispose() => _event.Dispose();

    private void Run()
    {
        try
        {
            while (!_isStopping)
            {
                Volatile.Write(ref _isAwake, 0);
                _endpoint!.RunWork();
                var rest = _endpoint.TimeUntilDue;
                if (rest == TimeSpan.Zero) _endpoint.OnTime();
                else _event.WaitOne(rest < MaxWait ? rest : MaxWait);
            }
        }
        catch (Exception e)
        {
            _onFailure(e);
        }
    }

    // Infinite is negative; and a clock that is set by tests is looked at from time to time.
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(1);
}
