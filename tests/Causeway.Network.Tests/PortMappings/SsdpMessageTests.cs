using System.Net;
using System.Text;
using Causeway.Network.PortMappings.Upnp;

namespace Causeway.Network.Tests.PortMappings;

public sealed class SsdpMessageTests
{
    private const string Answer =
        "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=120\r\nst: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\nUSN: uuid:1::x\r\nLocation: http://192.168.1.1:5000/rootDesc.xml\r\n\r\n";

    private static readonly IPNetwork Network = IPNetwork.Parse("192.168.1.0/24");
    private static readonly IPAddress Router = IPAddress.Parse("192.168.1.1");

    [Fact]
    public void A_search_is_what_devices_expect() =>
        Assert.Equal("M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 2\r\nST: x\r\n\r\n", Encoding.ASCII.GetString(SsdpMessages.WriteSearch("x")));

    [Fact]
    public void An_answer_names_where_the_gateway_describes_itself() => Assert.Equal(new Uri("http://192.168.1.1:5000/rootDesc.xml"), Read(Answer));

    [Theory]
    [InlineData("200 OK", "404 Not Found")]
    [InlineData("HTTP/1.1 200 OK", "NOTIFY * HTTP/1.1")]
    [InlineData("InternetGatewayDevice", "MediaRenderer")]
    [InlineData("Location", "Elsewhere")]
    [InlineData("http://192.168.1.1", "https://192.168.1.1")]
    [InlineData("http://192.168.1.1", "http://router.example")] // a name could lead anywhere
    [InlineData("http://192.168.1.1", "http://127.0.0.1")]
    [InlineData("http://192.168.1.1", "http://10.0.0.1")] // private, but not of this network
    [InlineData("http://192.168.1.1", "http://45.77.0.1")]
    [InlineData("http://192.168.1.1", "http://user@192.168.1.1")]
    [InlineData("http://192.168.1.1", "http://[::ffff:192.168.1.1]")]
    [InlineData("http://192.168.1.1:5000/rootDesc.xml", "file:///etc/passwd")]
    public void Anything_else_is_passed_over(string what, string instead) => Assert.Null(Read(Answer.Replace(what, instead)));

    [Fact]
    public void Answers_from_beyond_the_network_and_overlong_ones_are_passed_over()
    {
        Assert.Null(SsdpMessages.ReadLocation(Encoding.ASCII.GetBytes(Answer), IPAddress.Parse("192.168.2.1"), Network));
        Assert.Null(Read(Answer.Replace("rootDesc", new string('x', 600))));
        Assert.Null(Read(Answer.Replace("uuid", new string('x', 3000))));
    }

    [Fact]
    public void On_a_network_with_public_addresses_nothing_is_asked() =>
        Assert.Null(SsdpMessages.ReadLocation(Encoding.ASCII.GetBytes(Answer.Replace("192.168.1.1", "45.77.0.1")), IPAddress.Parse("45.77.0.1"), IPNetwork.Parse("45.77.0.0/24")));

    [Fact]
    public void Random_and_mutated_answers_never_throw()
    {
        var random = new Random(20261124);
        var template = Encoding.ASCII.GetBytes(Answer);
        for (var i = 0; i < Soak.Count(20_000, 500_000); i++)
        {
            var input = template[..random.Next(template.Length + 1)];
            for (var flips = input.Length == 0 ? 0 : random.Next(1, 4); flips > 0; flips--) input[random.Next(input.Length)] = (byte)random.Next(256);
            if (SsdpMessages.ReadLocation(input, Router, Network) is { } location) Assert.True(SsdpMessages.IsAllowed(location, Network));
        }
    }

    private static Uri? Read(string answer) => SsdpMessages.ReadLocation(Encoding.ASCII.GetBytes(answer), Router, Network);
}
