using Causeway.Libp2p.Muxing.Yamux;
using Causeway.Libp2p.Security;

namespace Causeway.Libp2p.Tests.Muxing;

/// <summary>Two sessions on a simulated path: what flow control makes of bandwidth and delay.</summary>
public sealed class YamuxFlowControlTests
{
    [Theory]
    [InlineData(50, 20_000)]
    [InlineData(5, 20_000)]
    [InlineData(150, 5_000)]
    [InlineData(100, 1_000)]
    public void A_long_fat_path_is_filled_and_the_window_stays_near_what_it_needs(int delay, int bytesPerMillisecond)
    {
        var path = new Path(delay, bytesPerMillisecond);
        path.Run(2000 + (40 * delay));
        var before = path.Delivered;
        path.Run(2000);
        var rate = (path.Delivered - before) / 2000.0;
        Assert.InRange(rate, 0.9 * bytesPerMillisecond, 1.01 * bytesPerMillisecond);
        var product = 2.0 * delay * bytesPerMillisecond;
        Assert.InRange(path.Window, 262144, Math.Max(262144, 6 * product));
        Assert.Equal(path.Window - 262144, path.Memory.Reserved);
    }

    [Fact]
    public void A_slow_reader_keeps_the_window_small()
    {
        var path = new Path(delay: 50, bytesPerMillisecond: 20_000) { ReadPerMillisecond = 1_000 };
        path.Run(6000);
        Assert.Equal(262144u, path.Window);
    }

    /// <summary>A sender with endless data, a path with bandwidth and delay, and a reader.</summary>
    private sealed class Path
    {
        private readonly int _delay;
        private readonly int _bytesPerMillisecond;
        private readonly YamuxSession _sender = new(new YamuxOptions { MaxFramePayload = 16384 }, ConnectionRole.Initiator, new CountingScope());
        private readonly YamuxSession _receiver;
        private readonly StreamState _sending;
        private readonly Queue<(int At, FrameHeader Header)> _there = new();
        private readonly Queue<(int At, FrameHeader Header)> _back = new();
        private StreamState? _receiving;
        private int _now;
        private long _credit;
        private int _unread;

        public Path(int delay, int bytesPerMillisecond)
        {
            _delay = delay;
            _bytesPerMillisecond = bytesPerMillisecond;
            Memory = new CountingScope();
            _receiver = new YamuxSession(new YamuxOptions(), ConnectionRole.Responder, Memory);
            _sending = _sender.Open(TimeSpan.Zero);
        }

        public CountingScope Memory { get; }

        public int ReadPerMillisecond { get; init; } = int.MaxValue;

        public long Delivered { get; private set; }

        public uint Window => _receiving!.Window;

        public void Run(int milliseconds)
        {
            for (var end = _now + milliseconds; _now < end; _now++)
            {
                var now = TimeSpan.FromMilliseconds(_now);
                _credit = Math.Min(_credit + _bytesPerMillisecond, 65536 + _bytesPerMillisecond);
                if (_sending.Queued == 0) _sender.QueueData(_sending, 1 << 30);
                while (_credit > 0 && _sender.TryTake(out var frame))
                {
                    _credit -= FrameHeader.Size + frame.Payload;
                    _there.Enqueue((_now + _delay, frame.Header));
                }

                while (_there.TryPeek(out var next) && next.At <= _now) Arrive(_there.Dequeue().Header, now);
                Read(now);
                while (_receiver.TryTake(out var frame))
                {
                    if (frame.Header is { Type: FrameType.Ping, Flags: FrameFlags.Syn }) _receiver.PingSent(now);
                    _back.Enqueue((_now + _delay, frame.Header));
                }

                while (_back.TryPeek(out var next) && next.At <= _now) _sender.Receive(_back.Dequeue().Header, now);
            }
        }

        private void Arrive(FrameHeader header, TimeSpan now)
        {
            var received = _receiver.Receive(header, now);
            if (received.Effects.HasFlag(ReceivedEffects.Opened)) _receiving = received.Stream;
            _unread += received.Payload;
        }

        private void Read(TimeSpan now)
        {
            if (_receiving is null || _unread == 0) return;
            _receiving.PeakUnread = Math.Max(_receiving.PeakUnread, ReadPerMillisecond == int.MaxValue ? 0 : _unread);
            var n = Math.Min(_unread, ReadPerMillisecond);
            _unread -= n;
            Delivered += n;
            _receiver.Consumed(_receiving, n, now);
        }
    }
}
