using Causeway.Libp2p.Kademlia;
using Causeway.Libp2p.Kademlia.Records;
using Causeway.Libp2p.Kademlia.Wire;
using Causeway.Libp2p.Tests.Kademlia.Records;

namespace Causeway.Libp2p.Tests.Kademlia.Wire;

public sealed class KademliaFuzzTests
{
    [Fact]
    public void Whatever_arrives_is_decoded_within_bounds_or_refused()
    {
        var random = new Random(20);
        var peers = Enumerable.Range(0, 4).Select(static _ => Some.NewPeer()).ToArray();
        var address = Some.Address("/ip4/192.0.2.1/tcp/4001");
        byte[][] seeds =
        [
            KademliaEncoder.Encode(new KademliaMessage(KademliaMessageType.FindNode, peers[0].Bytes)
            {
                CloserPeers = [.. peers.Select(peer => new KademliaPeer(peer, [address, address], KademliaConnection.Connected))],
            })[2..],
            KademliaEncoder.Encode(new KademliaMessage(KademliaMessageType.GetProviders, "some key"u8.ToArray())
            {
                ProviderPeers = [.. peers.Select(peer => new KademliaPeer(peer, [address]))],
            })[2..],
            KademliaEncoder.Encode(new KademliaMessage(KademliaMessageType.PutValue, "/test/a"u8.ToArray())
            {
                Record = new KademliaRecord("/test/a"u8.ToArray(), "some value"u8.ToArray()) { ReceivedAt = DateTimeOffset.UnixEpoch },
            })[1..],
        ];
        var accepted = 0;
        for (var i = 0; i < Soak.Count(30_000, 1_000_000); i++)
        {
            var input = Mutate(random, seeds[random.Next(seeds.Length)]);
            if (!KademliaDecoder.TryDecode(input, out var message)) continue;
            accepted++;
            Assert.InRange((int)message.Type, 0, 5);
            Assert.True(message.Key.Length <= input.Length && message.CloserPeers.Count <= input.Length && message.ProviderPeers.Count <= input.Length);
            Assert.All(message.CloserPeers, static peer => Assert.InRange(peer.Addresses.Count, 0, KademliaLimits.MaxAddressesPerPeer));

            // What was taken in goes out again as a message that says the same.
            var frame = KademliaEncoder.Encode(message);
            _ = Multiformats.UnsignedVarint.TryRead(frame, out _, out var prefix);
            Assert.True(KademliaDecoder.TryDecode(frame.AsSpan(prefix), out var again));
            Assert.Equal(message.CloserPeers.Count, again.CloserPeers.Count);
            Assert.True(message.Key.Span.SequenceEqual(again.Key.Span));
        }

        Assert.InRange(accepted, 1, int.MaxValue);
    }

    [Fact]
    public void Whatever_stands_in_an_ipns_record_is_judged_without_harm()
    {
        var random = new Random(21);
        var validator = new IpnsRecordValidator();
        using var identity = Causeway.Cryptography.Keys.PrivateKey.Generate();
        var record = new TestIpnsRecord(identity) { HasVersion1 = true }.Encode();
        var key = TestIpnsRecord.KeyOf(identity);
        for (var i = 0; i < Soak.Count(5_000, 1_000_000); i++)
        {
            var input = Mutate(random, record);
            if (input.AsSpan().SequenceEqual(record)) continue;
            _ = validator.IsValid(key, input, TestIpnsRecord.Now);
            _ = validator.IsBetter(key, input, record);
        }
    }

    private static byte[] Mutate(Random random, byte[] seed)
    {
        if (random.Next(8) == 0)
        {
            var noise = new byte[random.Next(64)];
            random.NextBytes(noise);
            return noise;
        }

        var input = (byte[])seed.Clone();
        for (var changes = random.Next(1, 5); changes > 0; changes--) input[random.Next(input.Length)] = (byte)random.Next(256);
        return random.Next(4) == 0 ? input[..random.Next(input.Length)] : input;
    }
}
