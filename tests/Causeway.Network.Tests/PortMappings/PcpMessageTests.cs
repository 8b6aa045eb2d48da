using System.Net;
using System.Net.Sockets;
using Causeway.Network.PortMappings.Gateways;
using Causeway.Network.PortMappings.Pcp;

namespace Causeway.Network.Tests.PortMappings;

public sealed class PcpMessageTests
{
    private const string Nonce = "000102030405060708090A0B";

    private static readonly IPAddress Client = IPAddress.Parse("192.168.1.2");
    private static readonly GatewayRequest Request = new(ProtocolType.Tcp, 9092) { ExternalPort = 9093, Nonce = Convert.FromHexString(Nonce) };

    // Version 2, response to MAP, success, 3600 s, epoch 100; the request's mapping, granted at 198.51.100.7:9094.
    private const string Answer =
        "0281000000000E1000000064000000000000000000000000" + Nonce + "06000000" + "23842386" + "00000000000000000000FFFFC6336407";

    [Fact]
    public void A_request_has_the_bytes_that_RFC_6887_gives_it()
    {
        Assert.Equal(
            "0201000000000E1000000000000000000000FFFFC0A80102" + Nonce + "06000000" + "23842385" + "00000000000000000000FFFF00000000",
            Convert.ToHexString(PcpMessages.WriteMap(Client, Request, 3600)));
        Assert.Equal(
            "020100000000000000000000000000000000FFFFC0A80102" + Nonce + "11000000" + "23840000" + "00000000000000000000FFFF00000000",
            Convert.ToHexString(PcpMessages.WriteMap(Client, new GatewayRequest(ProtocolType.Udp, 9092) { Nonce = Request.Nonce }, 0)));
        Assert.Equal("020000000000000000000000000000000000FFFFC0A80102", Convert.ToHexString(PcpMessages.WriteAnnounce(Client)));
    }

    [Fact]
    public void An_answer_is_read()
    {
        var answer = PcpMessages.ReadMap(Convert.FromHexString(Answer), Request)!;

        Assert.Equal((PcpResult.Success, 3600u, 100u), (answer.Result, answer.Lifetime, answer.Epoch));
        Assert.Equal(IPEndPoint.Parse("198.51.100.7:9094"), answer.External);
        Assert.NotNull(PcpMessages.ReadMap(Convert.FromHexString(Answer + "01000004AABBCCDD"), Request)); // an option behind it
        Assert.Equal(7u, PcpMessages.ReadAnnounce(Convert.FromHexString("028000000000000000000007" + new string('0', 24)))!.Epoch);
    }

    [Fact]
    public void What_does_not_answer_the_request_is_passed_over()
    {
        var answer = Convert.FromHexString(Answer);
        foreach (var (at, value) in new[] { (1, 0x01), (1, 0x82), (24, 0xFF), (36, 0x11), (41, 0x85) })
        {
            var other = (byte[])answer.Clone();
            other[at] = (byte)value;
            Assert.Null(PcpMessages.ReadMap(other, Request));
        }

        Assert.Null(PcpMessages.ReadMap(answer.AsSpan(0, 56), Request));
        Assert.Null(PcpMessages.ReadMap(answer.AsSpan(0, 59), Request));
        Assert.Null(PcpMessages.ReadMap(new byte[2000], Request));
        Assert.Null(PcpMessages.ReadMap([], Request));
        Assert.Null(PcpMessages.ReadAnnounce(answer));
    }

    [Theory]
    [InlineData("0080000100000064")] // a NAT-PMP router, in its own form
    [InlineData("0181000100000000000000000000000000000000000000000")] // a PCP router of version 1
    public void A_router_of_another_version_is_recognised(string hex)
    {
        var bytes = Convert.FromHexString(hex[..(hex.Length & ~1)]);

        Assert.Equal(PcpResult.UnsupportedVersion, PcpMessages.ReadMap(bytes, Request)!.Result);
        Assert.Equal(PcpResult.UnsupportedVersion, PcpMessages.ReadAnnounce(bytes)!.Result);
    }

    [Fact]
    public void Random_and_mutated_answers_never_throw()
    {
        var random = new Random(20261122);
        var template = Convert.FromHexString(Answer);
        for (var i = 0; i < Soak.Count(50_000, 1_000_000); i++)
        {
            var input = template[..random.Next(template.Length + 1)];
            for (var flips = input.Length == 0 ? 0 : random.Next(1, 4); flips > 0; flips--) input[random.Next(input.Length)] = (byte)random.Next(256);
            _ = PcpMessages.ReadMap(input, Request);
            _ = PcpMessages.ReadAnnounce(input);
        }
    }
}
