using System.Numerics;
using System.Security.Cryptography;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Kademlia;

/// <summary>Distances in the keyspace, computed with big numbers instead of what is tested.</summary>
internal static class Closeness
{
    public static BigInteger Distance(ReadOnlySpan<byte> key, PeerId peer) =>
        Number(SHA256.HashData(key)) ^ Number(SHA256.HashData(peer.Span));

    public static IEnumerable<PeerId> Order(byte[] key, IEnumerable<PeerId> peers) => peers.OrderBy(peer => Distance(key, peer));

    private static BigInteger Number(ReadOnlySpan<byte> hash) => new(hash, isUnsigned: true, isBigEndian: true);
}
