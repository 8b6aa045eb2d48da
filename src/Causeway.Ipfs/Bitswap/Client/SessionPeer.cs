namespace Causeway.Ipfs.Bitswap.Client;

/// <summary>A peer as one session knows it.</summary>
internal sealed class SessionPeer
{
    // A peer that has let us wait so often in a row is asked no more.
    private const int MaxStrikes = 3;

    private int _hits = 1;
    private int _misses;
    private int _strikes;

    /// <summary>How often it had what it was asked for, 0 to 1.</summary>
    public double HitRate => (double)_hits / (_hits + _misses);

    /// <summary>It has sent a block.</summary>
    public void Hit()
    {
        _hits++;
        _strikes = 0;
    }

    /// <summary>It had not got a block.</summary>
    public void Miss() => _misses++;

    /// <summary>It owed blocks and sent nothing. True where that was once too often.</summary>
    public bool Strike() => ++_strikes >= MaxStrikes;
}
