using System.Net;
using System.Net.Sockets;
using Causeway.Network.PortMappings.Gateways;
using Causeway.Network.PortMappings.NatPmp;

namespace Causeway.Network.Tests.PortMappings;

public sealed class NatPmpMessageTests
{
    private const string Mapped = "008200000000006423842386" + "00000E10";

    private static readonly GatewayRequest Request = new(ProtocolType.Tcp, 9092) { ExternalPort = 9093 };

    [Fact]
    public void A_request_has_the_bytes_that_RFC_6886_gives_it()
    {
        Assert.Equal("0000", Convert.ToHexString(NatPmpMessages.WriteAddress()));
        Assert.Equal("000200002384238500000E10", Convert.ToHexString(NatPmpMessages.WriteMap(Request, 3600)));
        Assert.Equal("000100002384000000000000", Convert.ToHexString(NatPmpMessages.WriteMap(new GatewayRequest(ProtocolType.Udp, 9092), 0)));
    }

    [Fact]
    public void An_answer_is_read()
    {
        var mapped = NatPmpMessages.ReadMap(Convert.FromHexString(Mapped), Request)!;
        Assert.Equal((NatPmpResult.Success, 100u, 9094, 3600u), (mapped.Result, mapped.Epoch, mapped.Port, mapped.Lifetime));

        var address = NatPmpMessages.ReadAddress(Convert.FromHexString("0080000000000064C6336407"))!;
        Assert.Equal((NatPmpResult.Success, IPAddress.Parse("198.51.100.7")), (address.Result, address.Address));
        Assert.Equal(NatPmpResult.NetworkFailure, NatPmpMessages.ReadAddress(Convert.FromHexString("0080000300000064"))!.Result);
        Assert.Equal(NatPmpResult.NotAuthorized, NatPmpMessages.ReadMap(Convert.FromHexString("0082000200000064"), Request)!.Result);
        Assert.Equal(NatPmpResult.OutOfResources, NatPmpMessages.ReadMap(Convert.FromHexString("00820004000000642384000000000000"), Request)!.Result);
    }

    [Fact]
    public void A_router_that_speaks_PCP_only_is_recognised() =>
        Assert.Equal(NatPmpResult.UnsupportedVersion, NatPmpMessages.ReadMap(Convert.FromHexString("0282000100000000" + new string('0', 32)), Request)!.Result);

    [Theory]
    [InlineData("")]
    [InlineData("0082")]
    [InlineData("00020000000000642384238600000E10")] // a request
    [InlineData("00810000000000642384238600000E10")] // the other protocol
    [InlineData("00820000000000642385238600000E10")] // another port
    [InlineData("00820000000000642384238600000E1000")] // too long
    [InlineData("008200000000006423842386")] // too short
    public void What_does_not_answer_the_request_is_passed_over(string hex) => Assert.Null(NatPmpMessages.ReadMap(Convert.FromHexString(hex), Request));

    [Fact]
    public void Random_and_mutated_answers_never_throw()
    {
        var random = new Random(20261123);
        var template = Convert.FromHexString(Mapped);
        for (var i = 0; i < Soak.Count(50_000, 1_000_000); i++)
        {
            var input = template[..random.Next(template.Length + 1)];
            for (var flips = input.Length == 0 ? 0 : random.Next(1, 4); flips > 0; flips--) input[random.Next(input.Length)] = (byte)random.Next(256);
            _ = NatPmpMessages.ReadMap(input, Request);
            _ = NatPmpMessages.ReadAddress(input);
        }
    }
}
