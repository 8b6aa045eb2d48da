using System.Buffers.Binary;
using System.Text;
using Causeway.Gateway.Messaging;
using Causeway.Libp2p;

namespace Causeway.Gateway.Tests.Messaging;

public sealed class MessageCodecTests
{
    [Fact]
    public void Frames_are_what_the_older_gateways_write()
    {
        var data = new byte[MessageCodec.DataLength(4, 9)];
        MessageCodec.WriteData(data, "7-42"u8, "{\"a\": 1 }"u8);
        Assert.Equal(data.Length - 4, BinaryPrimitives.ReadInt32BigEndian(data));
        Assert.Equal("""{"type":"data","id":"7-42","data":"eyJhIjogMSB9"}""", Encoding.UTF8.GetString(data.AsSpan(4)));
        var ack = new byte[MessageCodec.AckLength(4)];
        MessageCodec.WriteAck(ack, "7-42"u8);
        Assert.Equal(ack.Length - 4, BinaryPrimitives.ReadInt32BigEndian(ack));
        Assert.Equal("""{"type":"ack","id":"7-42"}""", Encoding.UTF8.GetString(ack.AsSpan(4)));
    }

    [Fact]
    public void What_is_written_is_read()
    {
        var data = new byte[MessageCodec.DataLength(2, 3)];
        MessageCodec.WriteData(data, "id"u8, "1.0"u8);
        var frame = MessageCodec.Read(data.AsMemory(4));
        Assert.Equal(MessageFrameType.Data, frame.Type);
        Assert.Equal("id"u8, frame.Id.Span);
        Assert.Equal("1.0"u8, frame.Data.Span);
    }

    [Theory]
    [InlineData("""{ "id" : "a\"b" , "data" : "MQ==" , "type" : "data" , "more" : [ {} ] }""", MessageFrameType.Data, "a\\\"b")]
    [InlineData("""{"type":"ack","id":"x","data":null}""", MessageFrameType.Ack, "x")]
    [InlineData("""{"type":"ping","id":"x"}""", MessageFrameType.Unknown, "x")]
    [InlineData("""{}""", MessageFrameType.Unknown, "")]
    internal void Members_may_come_in_any_order(string json, MessageFrameType type, string id)
    {
        var frame = MessageCodec.Read(Encoding.UTF8.GetBytes(json));
        Assert.Equal((type, id), (frame.Type, Encoding.UTF8.GetString(frame.Id.Span)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"type\":\"data\"")]
    [InlineData("{\"type\":\"data\",\"id\":\"x\"}")]
    [InlineData("{\"type\":\"data\",\"id\":7,\"data\":\"MQ==\"}")]
    [InlineData("{\"type\":\"data\",\"id\":\"x\",\"data\":\"!\"}")]
    [InlineData("{\"type\":\"data\",\"id\":\"x\",\"data\":7}")]
    [InlineData("{\"type\":\"data\",\"id\":\"x\",\"data\":\"\"}")]
    [InlineData("{\"type\":\"data\",\"id\":\"x\",\"data\":\"MSwy\"}")] // 1,2
    [InlineData("{\"type\":\"data\",\"id\":\"x\",\"data\":\"MX0sey\"}")]
    [InlineData("{\"type\":\"data\",\"id\":\"x\",\"data\":\"Iv8i\"}")] // "\xff"
    [InlineData("{\"type\":\"ack\",\"id\":\"x\"}}")]
    public void What_is_no_frame_is_a_violation(string json)
        => Assert.Equal(Libp2pError.ProtocolViolation, Assert.Throws<Libp2pException>(() => MessageCodec.Read(Encoding.UTF8.GetBytes(json))).Error);

    [Fact]
    public void An_id_without_end_is_a_violation()
        => Assert.Throws<Libp2pException>(() => MessageCodec.Read(Encoding.UTF8.GetBytes($$"""{"type":"ack","id":"{{new string('x', 129)}}"}""")));

    [Fact]
    public void Random_frames_are_read_or_refused_and_nothing_else()
    {
        var random = new Random(20261121);
        var seed = Encoding.ASCII.GetBytes("""{"type":"data","id":"abc-1","data":"eyJhIjogMSB9"}""");
        for (var i = 0; i < Soak.Count(20_000, 1_000_000); i++)
        {
            var frame = (byte[])seed.Clone();
            for (var n = random.Next(1, 5); n > 0; n--) frame[random.Next(frame.Length)] = (byte)random.Next(256);
            try
            {
                MessageCodec.Read(frame.AsMemory(0, random.Next(frame.Length + 1)));
            }
            catch (Libp2pException e)
            {
                Assert.Equal(Libp2pError.ProtocolViolation, e.Error);
            }
        }
    }
}
