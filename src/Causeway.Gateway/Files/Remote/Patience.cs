namespace Causeway.Gateway.Files.Remote;

/// <summary>A time limit that is renewed by progress, beside a cancellation of the caller's.</summary>
internal sealed class Patience : IDisposable
{
    private readonly CancellationTokenSource _late;
    private readonly CancellationTokenSource _either;

    public Patience(TimeProvider time, TimeSpan limit, CancellationToken cancellationToken)
    {
        _late = new CancellationTokenSource(limit, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_late.Token, cancellationToken);
    }

    /// <summary>Fires at the limit, or when the caller gives up.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>There was progress.</summary>
    public void Renew(TimeSpan limit) => _late.CancelAfter(limit);

    /// <inheritdoc/>
    public void Dispose()
    {
        _either.Dispose();
        _late.Dispose();
    }
}
