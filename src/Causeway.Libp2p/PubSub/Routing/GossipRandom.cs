namespace Causeway.Libp2p.PubSub.Routing;

/// <summary>The router's source of chance: SplitMix64 (Steele, Lea, Flood 2014). Seeded from the system's generator in production, fixed in tests.</summary>
internal sealed class GossipRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A number from 0 to <paramref name="exclusiveMax"/> − 1.</summary>
    public int Next(int exclusiveMax)
    {
        _state += 0x9E3779B97F4A7C15;
        var mixed = _state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        mixed ^= mixed >> 31;
        return (int)Math.BigMul(mixed, (ulong)exclusiveMax, out _);
    }

    /// <summary>Puts a list into random order (Fisher–Yates).</summary>
    public void Shuffle<T>(IList<T> list, int start = 0)
    {
        for (var i = list.Count - 1; i > start; i--)
        {
            var j = start + Next(i - start + 1);
            (list[i], list[j]) = (list[j], list[i]);
        }
    }
}
