using Causeway.Libp2p.Kademlia.Storage.Sqlite;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Kademlia.Storage.Sqlite;

public sealed class AddressListTests
{
    [Fact]
    public void Addresses_come_back_as_they_were()
    {
        var addresses = Addresses("/ip4/1.1.1.1/tcp/1", "/dns4/a-name-that-is-longer-than-a-varint-of-one-byte-can-say-" + new string('x', 60) + ".example/tcp/1");
        Assert.Equal(addresses, AddressList.Decode(AddressList.Encode(addresses)));
        Assert.Empty(AddressList.Decode(AddressList.Encode([])));
    }

    [Fact]
    public void Damaged_lists_are_read_as_far_as_they_go()
    {
        var random = new Random(5);
        var whole = AddressList.Encode(Addresses("/ip4/1.1.1.1/tcp/1", "/ip6/::1/udp/9/quic-v1", "/memory/3"));
        Assert.Equal(Addresses("/ip4/1.1.1.1/tcp/1"), AddressList.Decode(whole.AsSpan(0, 12)));
        for (var i = 0; i < Soak.Count(2000, 1_000_000); i++)
        {
            var damaged = whole.ToArray();
            for (var left = random.Next(1, 4); left > 0; left--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            Assert.InRange(AddressList.Decode(damaged).Count, 0, damaged.Length);
        }
    }
}
