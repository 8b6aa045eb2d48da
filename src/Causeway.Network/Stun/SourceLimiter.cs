using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Causeway.Network.Stun;

/// <summary>
/// A token bucket per source. Sources share a fixed number of buckets by a hash that nobody outside can compute, so that no number of forged
/// sources costs memory or pushes another source out; two sources in one bucket share its rate.
/// </summary>
internal sealed class SourceLimiter(int perSecond, int burst, TimeProvider time)
{
    private const int Buckets = 1 << 14;

    private readonly ulong _key = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
    private readonly (double Used, long At)[] _buckets = new (double, long)[Buckets];
    private readonly Lock _lock = new();

    /// <summary>Takes a token of the source's bucket; false if there is none.</summary>
    public bool TryTake(IPAddress source)
    {
        ref var bucket = ref _buckets[IndexOf(source)];
        var now = time.GetTimestamp();
        lock (_lock)
        {
            var used = Math.Max(0, bucket.Used - (time.GetElapsedTime(bucket.At, now).TotalSeconds * perSecond));
            if (used + 1 > burst) return false;
            bucket = (used + 1, now);
            return true;
        }
    }

    private int IndexOf(IPAddress source)
    {
        Span<byte> bytes = stackalloc byte[16];
        source.TryWriteBytes(bytes, out var length);
        if (source.AddressFamily == AddressFamily.InterNetworkV6 && !source.IsIPv4MappedToIPv6) length = 8; // one customer's network

        // HashCode is keyed per process; the key of our own keeps the buckets of two servers apart.
        var hash = default(HashCode);
        hash.Add(_key);
        hash.AddBytes(bytes[..length]);
        return hash.ToHashCode() & (Buckets - 1);
    }
}
