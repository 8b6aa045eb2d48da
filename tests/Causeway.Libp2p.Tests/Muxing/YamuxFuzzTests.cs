using Causeway.Libp2p.Muxing.Yamux;
using Causeway.Libp2p.Security;

namespace Causeway.Libp2p.Tests.Muxing;

/// <summary>The whole muxer under bytes that are nearly right.</summary>
public sealed class YamuxFuzzTests
{
    [Fact]
    public async Task Mutated_conversations_end_cleanly_and_release_everything()
    {
        var count = Soak.Count(400, 20_000);
        for (var seed = 0; seed < count; seed++)
        {
            var random = new Random(seed);
            await using var peer = new RawPeer(ConnectionRole.Responder, memory: 1 << 20);
            var serving = ServeAsync(peer.Muxer);
            var bytes = Conversation(random);
            for (var i = random.Next(4); i > 0; i--) bytes[random.Next(Math.Min(bytes.Length, 200))] = (byte)random.Next(256);
            for (var at = 0; at < bytes.Length && !peer.Muxer.Closed.IsCompleted;)
            {
                var n = Math.Min(random.Next(1, 2000), bytes.Length - at);
                await peer.SendAsync(bytes[at..(at + n)]);
                at += n;
            }

            peer.CloseOutput();
            await peer.Muxer.Closed;
            await serving;
            Assert.True(peer.Memory.Reserved == 0, $"Seed {seed} leaves {peer.Memory.Reserved} bytes.");
            Assert.Equal(0, peer.Muxer.StreamCount);
        }
    }

    private static byte[] Conversation(Random random)
    {
        var bytes = new MemoryStream();
        var header = new byte[FrameHeader.Size];
        for (uint id = 1; id < 12; id += 2) Add(FrameType.WindowUpdate, FrameFlags.Syn, id, 0);
        for (var i = 0; i < 30; i++)
        {
            var id = (uint)((random.Next(6) * 2) + 1);
            if (random.Next(3) == 0) Add(FrameType.WindowUpdate, (FrameFlags)(random.Next(8) == 0 ? 8 : 0), id, (uint)random.Next(1000));
            else Add(FrameType.Data, FrameFlags.None, id, (uint)random.Next(3000));
        }

        Add(FrameType.Ping, FrameFlags.Syn, 0, 1);
        return bytes.ToArray();

        void Add(FrameType type, FrameFlags flags, uint id, uint length)
        {
            new FrameHeader(type, flags, id, length).Write(header);
            bytes.Write(header);
            if (type == FrameType.Data) bytes.Write(new byte[length]);
        }
    }

    private static async Task ServeAsync(YamuxMuxer muxer)
    {
        var serving = new List<Task>();
        while (await muxer.AcceptStreamAsync(CancellationToken.None) is { } stream) serving.Add(EchoAsync(stream));
        await Task.WhenAll(serving);
    }

    private static async Task EchoAsync(Stream stream)
    {
        await using (stream)
        {
            try
            {
                await stream.CopyToAsync(stream);
            }
            catch (Libp2pException)
            {
                // A reset, or the end of the connection.
            }
        }
    }
}
