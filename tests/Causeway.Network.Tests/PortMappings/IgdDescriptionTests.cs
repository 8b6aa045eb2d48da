using System.Net;
using System.Text;
using Causeway.Network.PortMappings.Gateways;
using Causeway.Network.PortMappings.Upnp;

namespace Causeway.Network.Tests.PortMappings;

public sealed class IgdDescriptionTests
{
    public const string Document = """
        <?xml version="1.0"?>
        <root xmlns="urn:schemas-upnp-org:device-1-0"><specVersion><major>1</major><minor>0</minor></specVersion>
        <device><deviceType>urn:schemas-upnp-org:device:InternetGatewayDevice:1</deviceType>
        <serviceList><service><serviceType>urn:schemas-upnp-org:service:Layer3Forwarding:1</serviceType><controlURL>/l3f</controlURL></service></serviceList>
        <deviceList><device><deviceType>urn:schemas-upnp-org:device:WANDevice:1</deviceType>
        <deviceList><device><deviceType>urn:schemas-upnp-org:device:WANConnectionDevice:1</deviceType>
        <serviceList>
        <service><serviceType>urn:schemas-upnp-org:service:WANPPPConnection:1</serviceType><controlURL>ctl/ppp</controlURL></service>
        <service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType><controlURL>/ctl/IPConn</controlURL></service>
        </serviceList></device></deviceList></device></deviceList></device></root>
        """;

    private static readonly Uri Location = new("http://192.168.1.1:5000/a/rootDesc.xml");
    private static readonly IPNetwork Network = IPNetwork.Parse("192.168.1.0/24");

    [Fact]
    public void The_services_that_map_ports_are_found_best_first()
    {
        Assert.Equal(
            [
                new IgdService("urn:schemas-upnp-org:service:WANIPConnection:1", new Uri("http://192.168.1.1:5000/ctl/IPConn")),
                new IgdService("urn:schemas-upnp-org:service:WANPPPConnection:1", new Uri("http://192.168.1.1:5000/a/ctl/ppp")),
            ],
            Read(Document));
        Assert.True(Read(Document.Replace("WANIPConnection:1", "WANIPConnection:2"))[0].ChoosesPorts);
        Assert.Equal(2, Read(Document + "\0\0").Count);
    }

    [Theory]
    [InlineData("/ctl/IPConn", "http://192.168.1.99/ctl")] // another machine of the network
    [InlineData("/ctl/IPConn", "http://45.77.0.1/ctl")]
    [InlineData("/ctl/IPConn", "https://192.168.1.1/ctl")]
    [InlineData("/ctl/IPConn", "")]
    public void A_service_elsewhere_is_left_out(string what, string instead) => Assert.Single(Read(Document.Replace(what, instead)));

    [Fact]
    public void A_base_elsewhere_leaves_nothing() => Assert.Empty(Read(Document.Replace("<device><deviceType>urn:schemas-upnp-org:device:InternetG", "<URLBase>http://10.0.0.1/</URLBase><device><deviceType>urn:schemas-upnp-org:device:InternetG")));

    [Fact]
    public void What_is_malformed_too_large_too_deep_or_has_a_document_type_is_refused()
    {
        Assert.Throws<GatewayException>(() => Read(Document[..300]));
        Assert.Throws<GatewayException>(() => Read(Document.Replace("<device>", "<device><!-- " + new string('x', UpnpXml.MaxLength) + " -->")));
        Assert.Throws<GatewayException>(() => Read(string.Concat(Enumerable.Repeat("<a>", 2000)) + string.Concat(Enumerable.Repeat("</a>", 2000))));
        Assert.Throws<GatewayException>(() => Read("<!DOCTYPE r [<!ENTITY a \"b\">]><r>&a;</r>"));
        Assert.Throws<GatewayException>(() => Read("<!DOCTYPE r SYSTEM \"file:///etc/passwd\"><r/>"));
        Assert.Throws<GatewayException>(() => Read("no XML"));
        Assert.Throws<GatewayException>(() => Read(""));
    }

    [Fact]
    public void Of_endless_services_a_few_are_taken() =>
        Assert.Equal(8, Read(Document.Replace("<serviceList>", "<serviceList>" + string.Concat(Enumerable.Repeat("<service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType><controlURL>/x</controlURL></service>", 50)))).Count);

    [Fact]
    public void Random_and_mutated_documents_never_do_worse_than_being_refused()
    {
        var random = new Random(20261125);
        var template = Encoding.UTF8.GetBytes(Document);
        for (var i = 0; i < Soak.Count(5_000, 100_000); i++)
        {
            var input = random.Next(3) == 0 ? template[..random.Next(template.Length)] : (byte[])template.Clone();
            for (var flips = input.Length == 0 ? 0 : random.Next(1, 6); flips > 0; flips--) input[random.Next(input.Length)] = (byte)random.Next(256);
            try
            {
                Assert.All(IgdDescription.Read(input, Location, Network), s => Assert.Equal("192.168.1.1", s.Control.Host));
            }
            catch (GatewayException)
            {
                // Refused.
            }
        }
    }

    private static IReadOnlyList<IgdService> Read(string document) => IgdDescription.Read(Encoding.UTF8.GetBytes(document), Location, Network);
}
