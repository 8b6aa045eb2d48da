using Causeway.Libp2p.AutoNat;
using Causeway.Libp2p.AutoNat.Wire;
using Causeway.Libp2p.Streams;
using Causeway.Libp2p.Tests.Records;
using Google.Protobuf;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.AutoNat;

public sealed class DelimitedMessageTests
{
    private static readonly DialMessage Sample = new()
    {
        DialRequest = new DialRequest { Nonce = 0x0102030405060708, Addrs = { ByteString.CopyFrom(Address("/ip4/30.0.0.1/tcp/4001").Bytes.Span) } },
    };

    [Fact]
    public async Task Messages_come_back_one_after_the_other()
    {
        byte[] two = [.. DelimitedMessages.Encode(Sample), .. DelimitedMessages.Encode(new DialMessage())];
        using var stream = new MemoryStream(two);
        Assert.Equal(Sample, await ReadAsync(stream));
        Assert.Equal(new DialMessage(), await ReadAsync(stream));
    }

    [Fact]
    public void Requests_are_as_the_spec_draws_them() =>
        Assert.Equal("150A130A08041E000001060FA1110807060504030201", Convert.ToHexString(DelimitedMessages.Encode(Sample)));

    [Theory]
    [InlineData("")]
    [InlineData("05")]
    [InlineData("020A")]
    [InlineData("8000")] // not the shortest form
    [InlineData("8140")] // 8193
    [InlineData("FFFFFFFFFFFFFFFFFF01")]
    [InlineData("FFFFFFFFFFFFFFFFFFFFFF")]
    [InlineData("020AFF")]
    public async Task Malformed_streams_are_violations(string hex)
    {
        using var stream = new MemoryStream(Convert.FromHexString(hex));
        Assert.Equal(Libp2pError.ProtocolViolation, (await Assert.ThrowsAsync<Libp2pException>(() => ReadAsync(stream))).Error);
    }

    [Fact]
    public async Task Arbitrary_bytes_end_in_a_message_or_a_violation()
    {
        var random = new Random(11);
        var v1 = DelimitedMessages.Encode(new AutoNatMessage { Type = AutoNatType.DialResponse, DialResponse = new AutoNatDialResponse { Status = AutoNatStatus.DialError, StatusText = "no" } });
        var v2 = DelimitedMessages.Encode(Sample);
        for (var i = 0; i < Soak.Count(5_000, 1_000_000); i++)
        {
            try
            {
                using var one = new MemoryStream(SignedEnvelopeTests.Mutate(v1, random));
                await DelimitedMessages.ReadAsync(one, AutoNatMessage.Parser, AutoNatProtocol.MaxMessage, CancellationToken.None);
                using var two = new MemoryStream(SignedEnvelopeTests.Mutate(v2, random));
                await ReadAsync(two);
            }
            catch (Libp2pException error)
            {
                Assert.Equal(Libp2pError.ProtocolViolation, error.Error);
            }
        }
    }

    private static Task<DialMessage> ReadAsync(Stream stream) =>
        DelimitedMessages.ReadAsync(stream, DialMessage.Parser, AutoNatProtocol.MaxMessage, CancellationToken.None).AsTask();
}
