using Causeway.Ipfs.Bitswap.Wire;
using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Bitswap.Wire;

public sealed class BitswapFuzzTests
{
    [Fact]
    public void Whatever_arrives_is_decoded_within_bounds_or_refused()
    {
        var random = new Random(52);
        var seeds = Enumerable.Range(0, 6).Select(i => Seed(i).ToArray()).ToArray();
        var accepted = 0;
        for (var i = 0; i < Soak.Count(30_000, 1_000_000); i++)
        {
            var input = Mutate(random, seeds[random.Next(seeds.Length)]);
            if (!BitswapDecoder.TryDecode(input, out var message)) continue;
            accepted++;
            Assert.True(message.Wants.Count + message.Blocks.Count + message.Presences.Count <= input.Length);
            Assert.True(message.Blocks.Sum(static block => block.Data.Length) <= input.Length);
            Assert.All(message.Wants, static want => Assert.InRange(want.Cid.Bytes.Length, 1, BitswapLimits.MaxCidLength));

            // What was taken in goes out again as a message that says the same.
            var outgoing = new OutgoingMessage { IsFull = message.IsFull, PendingBytes = message.PendingBytes };
            foreach (var want in message.Wants) outgoing.Add(want);
            foreach (var presence in message.Presences) outgoing.Add(presence);
            Assert.True(BitswapDecoder.TryDecode(outgoing.ToArray(), out var again));
            Assert.Equal(message.Wants, again.Wants);
            Assert.Equal(message.Presences, again.Presences);
            foreach (var block in message.Blocks) _ = block.Prefix.HashOf(block.Data.Span);
        }

        Assert.InRange(accepted, 1, int.MaxValue);
    }

    private static OutgoingMessage Seed(int kind)
    {
        var message = new OutgoingMessage { IsFull = kind % 2 == 0, PendingBytes = kind };
        for (var i = 0; i < 4; i++)
        {
            var block = Block.Create(Multicodec.Raw, new byte[] { (byte)i, (byte)kind });
            if (kind is 0 or 1 or 2) message.Add(new WantEntry(block.Cid, (WantType)(i % 2), i - 1, i == 3, i == 2));
            if (kind is 1 or 3 or 4) message.Add(new BlockPresence(Cid.CreateV0(block.Cid.Hash), i % 2 == 0));
            if (kind is 2 or 4 or 5) message.Add(block);
        }

        return message;
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
