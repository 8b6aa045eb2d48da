namespace Causeway.Libp2p.Transports.Pipes;

/// <summary>
/// Lets <c>CancelPendingRead</c> and <c>CancelPendingFlush</c> interrupt an operation. One token source lives as long as nobody cancels,
/// so waiting allocates nothing.
/// </summary>
internal sealed class PipeWait
{
    private readonly Lock _lock = new();
    private CancellationTokenSource? _source;
    private bool _requested;

    /// <summary>The token for the next operation.</summary>
    public CancellationToken Token
    {
        get
        {
            lock (_lock) return (_source ??= new CancellationTokenSource()).Token;
        }
    }

    /// <summary>Interrupts the operation under way.</summary>
    public void Interrupt()
    {
        CancellationTokenSource? source;
        lock (_lock) source = _source;
        source?.Cancel();
    }

    /// <summary>Interrupts the operation under way, or else the next one.</summary>
    public void Request()
    {
        lock (_lock) _requested = true;
        Interrupt();
    }

    /// <summary>Whether <see cref="Request"/> was called since the last look.</summary>
    public bool TakeRequest()
    {
        lock (_lock)
        {
            if (!_requested) return false;
            _requested = false;
            Renew();
            return true;
        }
    }

    /// <summary>After an interruption: makes the token usable again.</summary>
    public void Reset()
    {
        lock (_lock) Renew();
    }

    private void Renew()
    {
        // A cancelled source is left to the collector: a late Interrupt() may still hold it, and it owns no timer.
        if (_source is { IsCancellationRequested: true }) _source = null;
    }
}
