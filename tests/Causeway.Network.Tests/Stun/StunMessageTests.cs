using System.Net;
using Causeway.Network.Stun;

namespace Causeway.Network.Tests.Stun;

public sealed class StunMessageTests
{
    // RFC 5769 §2.2 and §2.3.
    private const string ResponseV4 =
        "0101003C2112A442B7E7A701BC34D686FA87DFAE8022000B7465737420766563746F7220002000080001A147E112A643" +
        "000800142B91F599FD9E90C38C7489F92AF9BA53F06BE7D780280004C07D4C96";

    private const string ResponseV6 =
        "010100482112A442B7E7A701BC34D686FA87DFAE8022000B7465737420766563746F7220002000140002A1470113A9FAA5D3F179BC25F4B5BED2B9D9" +
        "00080014A382954E4BE67BF11784C97C8292C275BFE3ED4180280004C8FB0B4C";

    private static readonly StunMessage Full = new()
    {
        Class = StunClass.Success,
        TransactionId = new StunTransactionId(0xB7E7A701, 0xBC34D686FA87DFAE),
        MappedAddress = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 32853),
        ResponseOrigin = new IPEndPoint(IPAddress.Parse("2001:db8::1"), 3478),
        OtherAddress = new IPEndPoint(IPAddress.Parse("198.51.100.1"), 3479),
        HasFingerprint = true,
    };

    [Theory]
    [InlineData(ResponseV4, "192.0.2.1")]
    [InlineData(ResponseV6, "2001:db8:1234:5678:11:2233:4455:6677")]
    public void The_examples_of_RFC_5769_are_read(string hex, string address)
    {
        Assert.True(StunMessage.TryDecode(Convert.FromHexString(hex), out var message));

        Assert.Equal(StunClass.Success, message.Class);
        Assert.Equal(new StunTransactionId(0xB7E7A701, 0xBC34D686FA87DFAE), message.TransactionId);
        Assert.Equal(new IPEndPoint(IPAddress.Parse(address), 32853), message.MappedAddress);
        Assert.True(message.HasFingerprint);
        Assert.Empty(message.UnknownAttributes);
    }

    [Fact]
    public void A_plain_request_is_the_header_alone() =>
        Assert.Equal("000100002112A442B7E7A701BC34D686FA87DFAE", Convert.ToHexString(new StunMessage { TransactionId = Full.TransactionId }.Encode()));

    [Fact]
    public void Every_attribute_survives_a_round_trip()
    {
        AssertSurvives(Full);
        AssertSurvives(Full with { MappedAddress = new IPEndPoint(IPAddress.Parse("2001:db8::9"), 1), HasFingerprint = false });
        AssertSurvives(new StunMessage { Class = StunClass.Request, TransactionId = StunTransactionId.Create(), Change = StunChange.Address | StunChange.Port });
        AssertSurvives(new StunMessage { Class = StunClass.Error, ErrorCode = 420, ErrorReason = "Unknown", UnknownAttributes = [3, 0x26] });
        AssertSurvives(new StunMessage { Class = StunClass.Indication });

        static void AssertSurvives(StunMessage message)
        {
            Assert.True(StunMessage.TryDecode(message.Encode(), out var decoded));
            Assert.Equal(message.UnknownAttributes, decoded.UnknownAttributes);
            Assert.Equal(message, decoded with { UnknownAttributes = message.UnknownAttributes });
        }
    }

    [Fact]
    public void The_address_of_an_old_server_is_taken_where_there_is_no_other()
    {
        Assert.True(StunMessage.TryDecode(With("000100080001303950000001"), out var old));
        Assert.Equal(new IPEndPoint(IPAddress.Parse("80.0.0.1"), 12345), old.MappedAddress);

        Assert.True(StunMessage.TryDecode(With("000100080001303950000001" + "002000080001A147E112A643"), out var both));
        Assert.Equal(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 32853), both.MappedAddress);
    }

    [Fact]
    public void What_must_be_understood_and_is_not_is_listed()
    {
        Assert.True(StunMessage.TryDecode(With("7FFF0000" + "8FFF0004DEADBEEF" + "7FFE000101000000" + "7FFF0000" + "000600016100000000080000", "0001"), out var message));

        Assert.Equal([(ushort)0x7FFF, (ushort)0x7FFE], message.UnknownAttributes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("000100002112A442B7E7A701BC34D686FA87DF")] // a byte short
    [InlineData("000100012112A442B7E7A701BC34D686FA87DFAE00")] // no multiple of four
    [InlineData("000100042112A442B7E7A701BC34D686FA87DFAE")] // shorter than its header says
    [InlineData("000100002112A442B7E7A701BC34D686FA87DFAE00000000")] // longer
    [InlineData("000100002112A443B7E7A701BC34D686FA87DFAE")] // another cookie
    [InlineData("400100002112A442B7E7A701BC34D686FA87DFAE")] // the first bits
    [InlineData("000200002112A442B7E7A701BC34D686FA87DFAE")] // another method
    [InlineData("010100042112A442B7E7A701BC34D686FA87DFAE00200008")] // an attribute beyond the end
    [InlineData("0101000C2112A442B7E7A701BC34D686FA87DFAE002000080003A147E112A643")] // an unknown family
    [InlineData("010100082112A442B7E7A701BC34D686FA87DFAE802800040000000 0")] // a wrong checksum
    [InlineData("010100102112A442B7E7A701BC34D686FA87DFAE80280004F8A1C4A60001000400000000")] // something behind the checksum
    [InlineData("011100002112A442B7E7A701BC34D686FA87DFAE")] // an error without a code
    [InlineData("011100082112A442B7E7A701BC34D686FA87DFAE0009000400000714")] // a code that is none
    public void Anything_else_is_refused(string hex) => Assert.False(StunMessage.TryDecode(Convert.FromHexString(hex.Replace(" ", "")), out _));

    [Fact]
    public void An_overlong_message_is_refused()
    {
        var bytes = new byte[StunMessage.MaxLength + 4];
        Convert.FromHexString("0001").CopyTo(bytes, 0);
        bytes[3] = unchecked((byte)(bytes.Length - 20));
        bytes[2] = (byte)((bytes.Length - 20) >> 8);
        Convert.FromHexString("2112A442").CopyTo(bytes, 4);

        Assert.True(StunMessage.IsStun(bytes));
        Assert.False(StunMessage.TryDecode(bytes, out _));
    }

    [Fact]
    public void Other_protocols_on_the_port_are_told_apart()
    {
        Assert.True(StunMessage.IsStun(Full.Encode()));
        foreach (byte first in new byte[] { 20, 64, 128, 192, 255 })
        {
            var other = Full.Encode();
            other[0] = first;
            if (first >= 64) Assert.False(StunMessage.IsStun(other));
        }

        Assert.False(StunMessage.IsStun("a datagram of something else entirely"u8));
    }

    [Fact]
    public void Random_and_mutated_messages_never_do_worse_than_being_refused()
    {
        var random = new Random(20261121);
        byte[][] templates = [Full.Encode(), (Full with { HasFingerprint = false }).Encode(), Convert.FromHexString(ResponseV4), new StunMessage { Class = StunClass.Error, ErrorCode = 420, ErrorReason = "x", UnknownAttributes = [1, 2, 3] }.Encode()];
        for (var i = 0; i < Soak.Count(50_000, 1_000_000); i++)
        {
            var input = (byte[])templates[i % templates.Length].Clone();
            for (var flips = random.Next(1, 4); flips > 0; flips--) input[random.Next(input.Length)] = (byte)random.Next(256);
            if (i % 5 == 0)
            {
                input = input[..(random.Next(5, (input.Length / 4) + 1) * 4)];
                input[3] = (byte)(input.Length - 20);
            }

            if (!StunMessage.TryDecode(input, out var message)) continue;
            Assert.True(StunMessage.TryDecode(message.Encode(), out var again));
            Assert.Equal((message.MappedAddress, message.OtherAddress, message.Change, message.ErrorCode), (again.MappedAddress, again.OtherAddress, again.Change, again.ErrorCode));
        }
    }

    /// <summary>A message of these attributes; a success, unless another type is given.</summary>
    private static byte[] With(string attributes, string type = "0101") =>
        Convert.FromHexString($"{type}{attributes.Length / 2:X4}2112A442B7E7A701BC34D686FA87DFAE{attributes}");
}
