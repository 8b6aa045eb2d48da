namespace Causeway.Ipfs.Bitswap.Peers;

/// <summary>
/// How long a message may take to arrive: the limit is for each <see cref="PieceLength"/> bytes, so that a slow line has its time, and whoever sends a byte now and then has not.
/// </summary>
internal sealed class ArrivalPatience : IDisposable
{
    /// <summary>Bytes that must arrive within the limit.</summary>
    public const int PieceLength = 16 << 10;

    private readonly TimeSpan _limit;
    private readonly CancellationTokenSource _late;
    private readonly CancellationTokenSource _either;
    private int _fresh;

    public ArrivalPatience(TimeProvider time, TimeSpan limit, CancellationToken cancellationToken)
    {
        _limit = limit;
        _late = new CancellationTokenSource(limit, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_late.Token, cancellationToken);
    }

    /// <summary>Fires when it is over, or when the caller gives up.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>Some bytes have arrived.</summary>
    public void Arrived(int count)
    {
        _fresh += count;
        if (_fresh < PieceLength) return;
        _fresh = 0;
        _late.CancelAfter(_limit);
    }

    public void Dispose()
    {
        _either.Dispose();
        _late.Dispose();
    }
}
