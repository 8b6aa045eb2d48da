using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Kademlia.Routing;

/// <summary>A place in the keyspace: the SHA-256 of a peer ID or key (kad-dht spec, "Distance"). Also a distance, the XOR of two places.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct KademliaKey : IComparable<KademliaKey>
{
    /// <summary>Bits of a key.</summary>
    public const int Length = 256;

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    private KademliaKey(ulong a, ulong b, ulong c, ulong d) => (_a, _b, _c, _d) = (a, b, c, d);

    /// <summary>The place of what is named by these bytes.</summary>
    public static KademliaKey Of(ReadOnlySpan<byte> preimage)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(preimage, hash);
        return new KademliaKey(
            BinaryPrimitives.ReadUInt64BigEndian(hash),
            BinaryPrimitives.ReadUInt64BigEndian(hash[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(hash[16..]),
            BinaryPrimitives.ReadUInt64BigEndian(hash[24..]));
    }

    /// <summary>The place of a peer.</summary>
    public static KademliaKey Of(PeerId peer) => Of(peer.Span);

    /// <summary>How far away another place is; the smaller, the closer.</summary>
    public KademliaKey DistanceTo(KademliaKey other) => new(_a ^ other._a, _b ^ other._b, _c ^ other._c, _d ^ other._d);

    /// <summary>How many leading bits both have in common, 0 to 256.</summary>
    public int CommonPrefixLength(KademliaKey other)
    {
        if (_a != other._a) return BitOperations.LeadingZeroCount(_a ^ other._a);
        if (_b != other._b) return 64 + BitOperations.LeadingZeroCount(_b ^ other._b);
        if (_c != other._c) return 128 + BitOperations.LeadingZeroCount(_c ^ other._c);
        return 192 + BitOperations.LeadingZeroCount(_d ^ other._d);
    }

    /// <inheritdoc/>
    public int CompareTo(KademliaKey other)
    {
        if (_a != other._a) return _a.CompareTo(other._a);
        if (_b != other._b) return _b.CompareTo(other._b);
        return _c != other._c ? _c.CompareTo(other._c) : _d.CompareTo(other._d);
    }
}
