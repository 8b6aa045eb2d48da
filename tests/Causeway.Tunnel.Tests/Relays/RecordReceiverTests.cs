using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Relaying;
using Causeway.Tunnel.Protocol.Relaying.WebSockets;
using Causeway.Tunnel.Relays;

namespace Causeway.Tunnel.Tests.Relays;

public sealed class RecordReceiverTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Records_come_out_whole_and_in_order_however_frames_and_reads_cut_them()
    {
        for (var seed = 0; seed < Soak.Count(20, 2000); seed++)
        {
            var random = new Random(seed);
            var records = Enumerable.Range(0, 120).Select(i => Record(random, i)).ToArray();
            var all = records.SelectMany(r => r).ToArray();
            var stream = new List<byte>();
            var pings = 0;
            for (var at = 0; at < all.Length;)
            {
                var part = Math.Min(random.Next(seed % 2 == 0 ? 50 : 100_000), all.Length - at);
                stream.AddRange(Frame(all.AsSpan(at, part), WebSocketOpcode.Binary));
                at += part;
                if (random.Next(5) != 0) continue;
                stream.AddRange(Frame([1, 2, 3], WebSocketOpcode.Ping));
                pings++;
            }

            using var receiver = new RecordReceiver(new PiecewiseStream([.. stream], random), 128 * 1024, (opcode, payload) =>
            {
                Assert.Equal(WebSocketOpcode.Ping, opcode);
                Assert.Equal([1, 2, 3], payload.ToArray());
                pings--;
            });
            var found = 0;
            do
            {
                while (receiver.TryTake(out var record)) Assert.True(record.Span.SequenceEqual(records[found++]));
            }
            while (await receiver.ReadAsync(Stop));

            Assert.Equal((records.Length, 0), (found, pings));
        }
    }

    [Fact]
    public async Task Whatever_a_relay_sends_it_is_a_record_or_refused()
    {
        for (var seed = 0; seed < Soak.Count(500, 50_000); seed++)
        {
            var random = new Random(seed);
            var bytes = Enumerable.Range(0, 10).SelectMany(i => Frame(Record(random, i), WebSocketOpcode.Binary)).ToArray();
            for (var i = random.Next(1, 6); i > 0; i--) bytes[random.Next(Math.Min(400, bytes.Length))] = (byte)random.Next(256);
            using var receiver = new RecordReceiver(new PiecewiseStream(bytes, random), 128 * 1024, (_, _) => { });
            try
            {
                do
                {
                    while (receiver.TryTake(out var record)) Assert.Equal(record.Length, RecordHeader.Read(record.Span).RecordLength);
                }
                while (await receiver.ReadAsync(Stop));
            }
            catch (RelayLinkException)
            {
                // Refused.
            }
        }
    }

    private static byte[] Record(Random random, int index)
    {
        var payload = index % 9 == 0 ? random.Next(1, RecordHeader.MaxPayload) : random.Next(1, 2000);
        if (index % 7 == 0)
        {
            var pong = new byte[13];
            ControlRecords.WritePong(pong, (ulong)index, 3);
            return pong;
        }

        var record = new byte[RecordHeader.DataPrefix + payload];
        RecordHeader.WriteData(record, TunnelPeerId.Read(new byte[32]), payload);
        random.NextBytes(record.AsSpan(RecordHeader.DataPrefix));
        return record;
    }

    private static byte[] Frame(ReadOnlySpan<byte> payload, WebSocketOpcode opcode)
    {
        var frame = new byte[WebSocketFrame.MaxHeader + payload.Length];
        var header = WebSocketFrame.WriteHeader(frame, opcode, payload.Length);
        payload.CopyTo(frame.AsSpan(header));
        return frame[..(header + payload.Length)];
    }

    private sealed class PiecewiseStream(byte[] bytes, Random random) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, random.Next(1, random.Next(2) == 0 ? 30 : 70_000))], cancellationToken);
    }
}
