using Causeway.Cryptography.Secrets;
using Causeway.Tunnel.Protocol.Relaying;
using Causeway.Tunnel.Protocol.Relaying.WebSockets;
using Causeway.Tunnel.Relays;

namespace Causeway.Tunnel.Tests.Relays;

public sealed class RelaySenderTests
{
    [Fact]
    public async Task What_is_added_while_a_message_is_under_way_goes_into_the_next_one_and_what_is_too_much_must_wait()
    {
        var stream = new GatedStream();
        var sender = new RelaySender(stream, 128 * 1024, RandomSource.System, _ => { });
        Assert.Equal(SendResult.Taken, sender.TryAdd(Ping(1)));
        sender.Flush();
        var added = 1;
        while (sender.TryAdd(Ping(added + 1)) == SendResult.Taken) added++;
        Assert.Equal(SendResult.Full, sender.TryAdd(Ping(0)));
        var room = sender.WhenRoom(12);
        sender.Flush();
        Assert.False(room.IsCompleted);
        stream.Open();
        await room.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.True(sender.WhenRoom(12).IsCompletedSuccessfully);
        await stream.WhenWrittenAsync(2);
        var records = stream.Messages.SelectMany(Unmask).Chunk(12).ToArray();
        Assert.Equal(2, stream.Messages.Count);
        Assert.Equal(Enumerable.Range(1, added), records.Select(r => (int)r[^1] | (r[^2] << 8)));
    }

    [Fact]
    public void Every_message_has_a_mask_of_its_own()
    {
        var stream = new GatedStream();
        stream.Open();
        var sender = new RelaySender(stream, 128 * 1024, RandomSource.System, _ => { });
        for (var i = 0; i < 20; i++)
        {
            sender.TryAdd(Ping(1));
            sender.Flush();
        }

        Assert.Equal(20, stream.Messages.Select(m => BitConverter.ToUInt32(m.AsSpan(2, 4))).Distinct().Count());
    }

    [Fact]
    public async Task After_a_failure_nothing_is_taken_and_nobody_waits()
    {
        var stream = new GatedStream();
        Exception? failure = null;
        var sender = new RelaySender(stream, 128 * 1024, RandomSource.System, e => failure = e);
        sender.TryAdd(Ping(1));
        sender.Flush();
        while (sender.TryAdd(Ping(2)) == SendResult.Taken)
        {
            // Until it is full.
        }

        var room = sender.WhenRoom(12);
        stream.Fail();
        await room.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal(SendResult.NotConnected, sender.TryAdd(Ping(3)));
        Assert.IsType<IOException>(failure);
    }

    private static byte[] Ping(int value)
    {
        var record = new byte[12];
        ControlRecords.WritePing(record, (ulong)value);
        return record;
    }

    private static byte[] Unmask(byte[] message)
    {
        var reader = new WebSocketFrameReader(isServer: true);
        var header = reader.Read(message);
        var payload = new byte[message.Length - header];
        Assert.Equal(payload.Length, reader.Remaining);
        reader.Mask.Copy(message.AsSpan(header), payload);
        return payload;
    }

    /// <summary>Keeps whoever writes waiting until the test lets it go on.</summary>
    private sealed class GatedStream : MemoryStream
    {
        private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly SemaphoreSlim _written = new(0);

        public List<byte[]> Messages { get; } = [];

        public void Open() => _gate.TrySetResult();

        public void Fail() => _gate.TrySetException(new IOException("broken"));

        public async Task WhenWrittenAsync(int count)
        {
            for (var i = 0; i < count; i++) await _written.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await _gate.Task;
            Messages.Add(buffer.ToArray());
            _written.Release();
        }
    }
}
