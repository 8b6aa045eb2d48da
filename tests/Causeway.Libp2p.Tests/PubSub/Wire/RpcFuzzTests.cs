using Causeway.Libp2p.PubSub.Messages;
using Causeway.Libp2p.PubSub.Wire;

namespace Causeway.Libp2p.Tests.PubSub.Wire;

public sealed class RpcFuzzTests
{
    private const int Seed = 20260101;

    [Fact]
    public void Any_bytes_are_decoded_or_refused_but_never_crash()
    {
        var random = new Random(Seed);
        var seeds = Seeds();
        for (var i = 0; i < Soak.Count(50_000, 1_000_000); i++)
        {
            var body = Mutate(random, seeds[random.Next(seeds.Count)]);
            if (!new RpcDecoder(RpcLimits.Default).TryDecode(body, 0, out var rpc)) continue;
            foreach (var message in rpc.Messages ?? []) CheckMessage(message);
        }
    }

    // Whatever was accepted must mean the same after it was forwarded.
    private static void CheckMessage(GossipMessage message)
    {
        var again = TestMessages.Decode(message.Frame.Bytes).Messages!.Single();
        Assert.Equal(message.Topic, again.Topic);
        Assert.Equal(message.Raw.ToArray(), again.Raw.ToArray());
        Assert.Equal(message.SignedLength, again.SignedLength);
        Assert.Equal(message.Unknown.Of(message.Raw).ToArray(), again.Unknown.Of(again.Raw).ToArray());
    }

    private static List<byte[]> Seeds()
    {
        var builder = new RpcBuilder(1 << 20);
        builder.AddSubscription("news", true);
        builder.AddIHave("news", [TestMessages.GoId(TestPeers.Id(1), 2)]);
        builder.AddIWant([TestMessages.GoId(TestPeers.Id(1), 2)]);
        builder.AddGraft("news");
        builder.AddPrune("news", 60, [new ExchangedPeer(TestPeers.Id(2).Bytes, new byte[40])]);
        builder.AddIDontWant([TestMessages.GoId(TestPeers.Id(1), 2)]);
        var message = TestMessages.Encode(TestPeers.Id(1), "news", 2);
        return [.. builder.Complete().Select(f => f.Bytes[2..].ToArray()), TestMessages.Frame(2, message)[1..], TestMessages.Frame(2, message, message)[2..], []];
    }

    private static byte[] Mutate(Random random, byte[] seed)
    {
        var body = seed.ToList();
        for (var n = random.Next(6); n >= 0; n--)
        {
            var at = random.Next(body.Count + 1);
            switch (random.Next(4))
            {
                case 0 when at < body.Count: body[at] = (byte)random.Next(256); break;
                case 1 when at < body.Count: body[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: body.Insert(at, (byte)random.Next(256)); break;
                case 3 when at < body.Count: body.RemoveAt(at); break;
            }
        }

        return [.. body];
    }
}
