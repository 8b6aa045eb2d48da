using System.Security.Cryptography;
using Causeway.Libp2p.Kademlia.Routing;

namespace Causeway.Libp2p.Tests.Kademlia.Routing;

public sealed class KademliaKeyTests
{
    [Fact]
    public void Distances_order_as_the_xor_of_the_hashes_does()
    {
        var key = "target"u8.ToArray();
        var peers = Enumerable.Range(0, 200).Select(static _ => Some.NewPeer()).ToArray();

        var ordered = peers.OrderBy(peer => KademliaKey.Of(peer).DistanceTo(KademliaKey.Of(key)));

        Assert.Equal(Closeness.Order(key, peers), ordered);
    }

    [Fact]
    public void The_common_prefix_is_counted_in_bits()
    {
        var first = "first"u8.ToArray();
        var hash = SHA256.HashData(first);
        for (var i = 0; i < 500; i++)
        {
            var other = BitConverter.GetBytes(i);
            var expected = 0;
            var otherHash = SHA256.HashData(other);
            while (((hash[expected / 8] ^ otherHash[expected / 8]) & (0x80 >> (expected % 8))) == 0) expected++;

            Assert.Equal(expected, KademliaKey.Of(first).CommonPrefixLength(KademliaKey.Of(other)));
        }

        Assert.Equal(256, KademliaKey.Of(first).CommonPrefixLength(KademliaKey.Of(first)));
    }
}
