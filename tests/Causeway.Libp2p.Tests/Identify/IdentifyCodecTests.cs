using Causeway.Libp2p.Identify;
using Causeway.Libp2p.Identify.Wire;
using Causeway.Libp2p.Tests.Records;
using Google.Protobuf;

namespace Causeway.Libp2p.Tests.Identify;

public sealed class IdentifyCodecTests
{
    [Fact]
    public async Task A_small_message_travels_in_one_piece()
    {
        var message = Sample(protocols: 20, addresses: 5);
        var encoded = IdentifyCodec.Encode(message);
        Assert.Equal(message, IdentifyMessage.Parser.ParseDelimitedFrom(new MemoryStream(encoded)));
        Assert.Equal(message, await ReadAsync(encoded));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task A_large_message_travels_in_several_pieces_and_the_record_comes_last(int piece)
    {
        var message = Sample(protocols: 300, addresses: 60);
        var encoded = IdentifyCodec.Encode(message);
        var parts = Parts(encoded);
        Assert.InRange(parts.Count, 3, IdentifyCodec.MaxMessages);
        Assert.All(parts, part => Assert.InRange(part.CalculateSize(), 1, IdentifyCodec.MaxSent));
        Assert.True(parts[0].HasPublicKey);
        Assert.True(parts[0].HasObservedAddr);
        Assert.True(parts[^1].HasSignedPeerRecord);
        Assert.Equal(message, await ReadAsync(encoded, piece));
    }

    [Fact]
    public async Task What_does_not_fit_into_ten_messages_is_left_out()
    {
        var encoded = IdentifyCodec.Encode(Sample(protocols: 5000, addresses: 0));
        Assert.Equal(IdentifyCodec.MaxMessages, Parts(encoded).Count);
        Assert.InRange((await ReadAsync(encoded)).Protocols.Count, 1000, 4999);
    }

    [Fact]
    public async Task No_more_than_ten_messages_are_taken()
    {
        var one = IdentifyCodec.Encode(new IdentifyMessage { Protocols = { "/a" } });
        var many = Enumerable.Repeat(one, 50).SelectMany(b => b).ToArray();
        Assert.Equal(10, (await ReadAsync(many)).Protocols.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("05")]
    [InlineData("0A01")]
    [InlineData("8040")] // 8192 announced, nothing follows
    [InlineData("8140")] // 8193
    [InlineData("FFFF7F")]
    [InlineData("8000")] // not minimal
    [InlineData("FFFFFFFFFFFFFFFFFF01")]
    [InlineData("020AFF")]
    [InlineData("0107")]
    public async Task Malformed_streams_are_violations(string hex)
    {
        var error = await Assert.ThrowsAsync<Libp2pException>(() => ReadAsync(Convert.FromHexString(hex)));
        Assert.Equal(Libp2pError.ProtocolViolation, error.Error);
    }

    [Fact]
    public async Task The_largest_message_is_taken()
    {
        var message = new IdentifyMessage { AgentVersion = "" };
        message.AgentVersion = new string('x', IdentifyCodec.MaxReceived - 3);
        Assert.Equal(IdentifyCodec.MaxReceived, message.CalculateSize());
        using var encoded = new MemoryStream();
        message.WriteDelimitedTo(encoded);
        Assert.Equal(message, await ReadAsync(encoded.ToArray()));
    }

    [Fact]
    public async Task Arbitrary_bytes_end_in_a_message_or_a_violation()
    {
        var good = IdentifyCodec.Encode(Sample(protocols: 10, addresses: 3));
        var random = new Random(22);
        for (var i = 0; i < Soak.Count(5_000, 1_000_000); i++)
        {
            try
            {
                await ReadAsync(SignedEnvelopeTests.Mutate(good, random), random.Next(1, 200));
            }
            catch (Libp2pException error)
            {
                Assert.Equal(Libp2pError.ProtocolViolation, error.Error);
            }
        }
    }

    private static IdentifyMessage Sample(int protocols, int addresses)
    {
        var message = new IdentifyMessage
        {
            PublicKey = ByteString.CopyFrom(new byte[36]),
            AgentVersion = "test/1",
            ProtocolVersion = "ipfs/0.1.0",
            ObservedAddr = ByteString.CopyFrom(new byte[8]),
            SignedPeerRecord = ByteString.CopyFrom(new byte[800]),
        };
        for (var i = 0; i < protocols; i++) message.Protocols.Add($"/protocol/number/{i:D6}/1.0.0");
        for (var i = 0; i < addresses; i++) message.ListenAddrs.Add(ByteString.CopyFrom(new byte[30]));
        return message;
    }

    private static List<IdentifyMessage> Parts(byte[] encoded)
    {
        using var stream = new MemoryStream(encoded);
        var parts = new List<IdentifyMessage>();
        while (stream.Position < stream.Length) parts.Add(IdentifyMessage.Parser.ParseDelimitedFrom(stream));
        return parts;
    }

    private static async Task<IdentifyMessage> ReadAsync(byte[] encoded, int piece = int.MaxValue) =>
        await IdentifyCodec.ReadAsync(new Trickle(encoded, piece), Some.Patience);

    /// <summary>A stream that gives a few bytes at a time.</summary>
    private sealed class Trickle(byte[] data, int piece) : MemoryStream(data)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, piece)], cancellationToken);
    }
}
