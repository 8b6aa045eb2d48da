using Causeway.Libp2p.Muxing.Yamux;
using Causeway.Libp2p.Security;

namespace Causeway.Libp2p.Tests.Muxing;

/// <summary>The parts without I/O.</summary>
public sealed class YamuxCoreTests
{
    [Fact]
    public void A_header_is_read_as_it_was_written()
    {
        var bytes = new byte[FrameHeader.Size];
        var header = new FrameHeader(FrameType.WindowUpdate, FrameFlags.Syn | FrameFlags.Fin, 0x01020304, 0xA0B0C0D0);
        header.Write(bytes);
        Assert.Equal("000100050102030" + "4A0B0C0D0", Convert.ToHexString(bytes));
        Assert.Equal(header, FrameHeader.Read(bytes));
    }

    [Fact]
    public void Used_ids_are_told_from_skipped_ones()
    {
        var ids = new StreamIdLedger(odd: true);
        Assert.False(ids.Owns(0));
        Assert.False(ids.Owns(2));
        Assert.True(ids.TryOpen(9));
        Assert.True(ids.TryOpen(5));
        Assert.False(ids.TryOpen(5));
        Assert.False(ids.TryOpen(9));
        Assert.True(ids.WasOpened(5));
        Assert.False(ids.WasOpened(7));
        Assert.False(ids.WasOpened(11));
        Assert.True(ids.TryOpen(1));
        Assert.True(ids.TryOpen(3));
        Assert.True(ids.TryOpen(7));
        Assert.Equal(0, ids.Gaps);
        Assert.True(ids.TryOpen(uint.MaxValue));
        Assert.False(ids.TryOpen(uint.MaxValue));
        Assert.True(ids.TryOpen(uint.MaxValue - 2));
        Assert.True(ids.WasOpened(uint.MaxValue));
    }

    [Fact]
    public void Skipped_ids_are_remembered_in_bounded_memory()
    {
        var ids = new StreamIdLedger(odd: false);
        for (uint id = 2; id < 100_000; id += 4) Assert.True(ids.TryOpen(id));
        Assert.Equal(StreamIdLedger.MaxGaps, ids.Gaps);
        Assert.False(ids.TryOpen(4));
        Assert.True(ids.TryOpen(99_996));
    }

    [Fact]
    public void Ids_behave_like_a_set_while_few_are_skipped()
    {
        var random = new Random(7);
        for (var round = 0; round < 50; round++)
        {
            var ids = new StreamIdLedger(odd: true);
            var model = new HashSet<uint>();
            for (var i = 0; i < 500; i++)
            {
                var id = (uint)(random.Next(200) * 2) + 1;
                Assert.Equal(model.Add(id), ids.TryOpen(id));
                var asked = (uint)(random.Next(200) * 2) + 1;
                Assert.Equal(model.Contains(asked), ids.WasOpened(asked));
            }
        }
    }

    [Fact]
    public void A_token_bucket_lets_a_burst_through_and_then_its_rate()
    {
        var bucket = new TokenBucket(3, 10);
        for (var i = 0; i < 3; i++) Assert.True(bucket.TryTake(TimeSpan.Zero));
        Assert.False(bucket.TryTake(TimeSpan.FromMilliseconds(99)));
        Assert.True(bucket.TryTake(TimeSpan.FromMilliseconds(101)));
        Assert.False(bucket.TryTake(TimeSpan.FromMilliseconds(101)));
        for (var i = 0; i < 3; i++) Assert.True(bucket.TryTake(TimeSpan.FromHours(1)));
        Assert.False(bucket.TryTake(TimeSpan.FromHours(1)));
    }

    [Fact]
    public void Keep_alive_counts_any_byte_as_a_sign_of_life()
    {
        var keepAlive = new KeepAlive(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(15));
        Assert.Equal((KeepAliveAction.Ping, TimeSpan.FromSeconds(15)), keepAlive.Fire(TimeSpan.FromSeconds(30)));
        keepAlive.Received(TimeSpan.FromSeconds(31));
        Assert.Equal((KeepAliveAction.Wait, TimeSpan.FromSeconds(15)), keepAlive.Fire(TimeSpan.FromSeconds(45)));
        Assert.Equal((KeepAliveAction.Ping, TimeSpan.FromSeconds(15)), keepAlive.Fire(TimeSpan.FromSeconds(60)));
        Assert.Equal((KeepAliveAction.Wait, TimeSpan.FromSeconds(5)), keepAlive.Fire(TimeSpan.FromSeconds(70)));
        Assert.Equal(KeepAliveAction.Close, keepAlive.Fire(TimeSpan.FromSeconds(75)).Action);
    }

    [Fact]
    public void Control_frames_go_before_data_and_streams_take_turns()
    {
        var session = new YamuxSession(new YamuxOptions { MaxFramePayload = 1024 }, ConnectionRole.Initiator, new CountingScope());
        var a = session.Open(TimeSpan.Zero);
        var b = session.Open(TimeSpan.Zero);
        session.QueueData(a, 3000);
        session.QueueData(b, 2000);
        session.QueueFin(b);
        session.Receive(new FrameHeader(FrameType.Ping, FrameFlags.Syn, 0, 5), TimeSpan.Zero);
        Assert.Equal(
            [
                new FrameHeader(FrameType.Ping, FrameFlags.Ack, 0, 5),
                new FrameHeader(FrameType.Data, FrameFlags.Syn, 1, 1024),
                new FrameHeader(FrameType.Data, FrameFlags.Syn, 3, 1024),
                new FrameHeader(FrameType.Data, FrameFlags.None, 1, 1024),
                new FrameHeader(FrameType.Data, FrameFlags.None, 3, 976),
                new FrameHeader(FrameType.WindowUpdate, FrameFlags.Fin, 3, 0),
                new FrameHeader(FrameType.Data, FrameFlags.None, 1, 952),
            ],
            Drain(session));
        Assert.False(session.HasWork);
    }

    [Theory]
    [InlineData("MaxInboundStreams")]
    [InlineData("MaxFramePayload")]
    [InlineData("MaxStreamWindow")]
    [InlineData("KeepAliveInterval")]
    [InlineData("CloseLinger")]
    public void Options_out_of_range_are_refused_by_name(string option)
    {
        var options = option switch
        {
            "MaxInboundStreams" => new YamuxOptions { MaxInboundStreams = 0 },
            "MaxFramePayload" => new YamuxOptions { MaxFramePayload = 256 * 1024 + 1 },
            "MaxStreamWindow" => new YamuxOptions { MaxStreamWindow = 1000 },
            "KeepAliveInterval" => new YamuxOptions { KeepAliveInterval = TimeSpan.Zero },
            _ => new YamuxOptions { CloseLinger = TimeSpan.FromSeconds(-1) },
        };
        var failure = Assert.Throws<Libp2pException>(() => new YamuxProtocol(options));
        Assert.Equal(Libp2pError.InvalidArgument, failure.Error);
        Assert.Contains(option, failure.Message);
    }

    [Fact]
    public void Whatever_arrives_ends_in_order()
    {
        var count = Soak.Count(20_000, 1_000_000);
        var bytes = new byte[FrameHeader.Size];
        for (int round = 0, steps = 0; steps < count; round++)
        {
            var random = new Random(round);
            var scope = new CountingScope();
            var options = new YamuxOptions { MaxInboundStreams = 4, AcceptBacklog = 3, MaxFramePayload = 1024, PingBurst = 20, ResetBurst = 20 };
            var session = new YamuxSession(options, ConnectionRole.Responder, scope);
            var streams = new List<StreamState> { session.Open(TimeSpan.Zero) };
            var now = TimeSpan.Zero;
            try
            {
                for (var i = 0; i < 100; i++, steps++)
                {
                    now += TimeSpan.FromMilliseconds(random.Next(5));
                    Step(session, streams, random, bytes, now);
                    Assert.InRange(session.InboundCount, 0, 4);
                    Assert.InRange(session.UnacceptedCount, 0, 3);
                    Assert.InRange(session.UnacknowledgedCount, 0, 256);
                }
            }
            catch (Libp2pException e)
            {
                steps++;
                Assert.True(e.Error is Libp2pError.ProtocolViolation or Libp2pError.ResourceLimit or Libp2pError.ConnectionClosed, $"Seed {round}: {e}");
            }

            session.End(GoAwayCode.ProtocolError);
            Assert.InRange(Drain(session).Count, 0, 1);
            session.Memory.Close();
            Assert.True(scope.Reserved == 0, $"Seed {round} leaves {scope.Reserved} bytes.");
        }
    }

    private static void Step(YamuxSession session, List<StreamState> streams, Random random, byte[] bytes, TimeSpan now)
    {
        var stream = streams[random.Next(streams.Count)];
        switch (random.Next(16))
        {
            case 0:
                session.QueueData(stream, stream.IsRemoved || stream.FinQueued ? 0 : random.Next(1, 5000));
                break;
            case 1:
                session.QueueFin(stream);
                break;
            case 2:
                session.Reset(stream, 1);
                break;
            case 3:
                session.Discard(stream);
                break;
            case 4:
                session.Consumed(stream, (int)Math.Min(stream.Window - stream.WindowLeft - stream.Uncredited - stream.Credit, 200_000), now);
                break;
            case 5:
                Drain(session);
                break;
            case 6 when session.UnacceptedCount > 0:
                session.Accepted();
                break;
            default:
                // Mostly plausible, sometimes nearly right, and now and then plain noise.
                if (random.Next(100) == 0) random.NextBytes(bytes);
                else if (random.Next(20) == 0) Any(random).Write(bytes);
                else Plausible(session, stream, random).Write(bytes);
                var frame = session.Receive(FrameHeader.Read(bytes), now);
                if (frame.Effects.HasFlag(ReceivedEffects.Opened)) streams.Add(frame.Stream!);
                if (frame.Effects.HasFlag(ReceivedEffects.Fin)) session.ReceiveFin(frame.Stream!);
                break;
        }
    }

    private static FrameHeader Any(Random random) =>
        new((FrameType)random.Next(4), (FrameFlags)random.Next(16) & (FrameFlags)random.Next(16), (uint)random.Next(1, 12), (uint)random.Next(70_000));

    private static FrameHeader Plausible(YamuxSession session, StreamState stream, Random random)
    {
        var flags = random.Next(12) switch { 0 => FrameFlags.Fin, 1 => FrameFlags.Rst, 2 => FrameFlags.Ack, _ => FrameFlags.None };
        if (stream.OwesSyn || random.Next(6) == 0)
        {
            // A new stream, at times with an ID skipped.
            var id = (uint)(1 + (2 * random.Next(40)));
            return new FrameHeader((FrameType)random.Next(2), FrameFlags.Syn | flags, id, (uint)random.Next(1000));
        }

        if (random.Next(15) == 0) return new FrameHeader(FrameType.Ping, FrameFlags.Syn, 0, 1);
        return random.Next(2) == 0 || session.StreamCount == 0
            ? new FrameHeader(FrameType.WindowUpdate, flags, stream.Id, (uint)random.Next(100_000))
            : new FrameHeader(FrameType.Data, flags, stream.Id, (uint)random.Next((int)Math.Min(stream.WindowLeft + 1, 70_000)));
    }

    private static List<FrameHeader> Drain(YamuxSession session)
    {
        var frames = new List<FrameHeader>();
        while (session.TryTake(out var frame))
        {
            frames.Add(frame.Header);
            Assert.True(frames.Count < 1000, "It never stops sending.");
        }

        return frames;
    }
}
