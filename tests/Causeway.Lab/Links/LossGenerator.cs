namespace Causeway.Lab.Links;

/// <summary>Decides which frames are lost: a fixed sequence for each seed (SplitMix64, Steele, Lea and Flood, OOPSLA 2014).</summary>
public sealed class LossGenerator(int seed)
{
    private ulong _state = (uint)seed;

    /// <summary>Takes the next draw.</summary>
    /// <param name="share">The share that is lost, 0 to 1.</param>
    public bool NextIsLost(double share) => (Next() >> 11) * (1.0 / (1UL << 53)) < share;

    /// <summary>The next 64 bits.</summary>
    internal ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
