using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Causeway.Network.PortMappings.Gateways;

namespace Causeway.Network.PortMappings.Upnp;

/// <summary>Actions and their answers (UPnP Device Architecture 2.0 §3); no I/O.</summary>
internal static class SoapMessages
{
    private static readonly XNamespace Envelope = "http://schemas.xmlsoap.org/soap/envelope/";

    public static byte[] Write(string serviceType, string action, IEnumerable<(string Name, string Value)> arguments)
    {
        XNamespace service = serviceType;
        var document = new XElement(
            Envelope + "Envelope",
            new XAttribute(XNamespace.Xmlns + "s", Envelope.NamespaceName),
            new XAttribute(Envelope + "encodingStyle", "http://schemas.xmlsoap.org/soap/encoding/"),
            new XElement(
                Envelope + "Body",
                new XElement(service + action, new XAttribute(XNamespace.Xmlns + "u", serviceType), arguments.Select(a => new XElement(a.Name, a.Value)))));
        return Encoding.UTF8.GetBytes("<?xml version=\"1.0\"?>\r\n" + document.ToString(SaveOptions.DisableFormatting));
    }

    /// <summary>The answer to an action.</summary>
    /// <exception cref="UpnpErrorException">The gateway refuses.</exception>
    /// <exception cref="GatewayException">It is malformed, or answers another action.</exception>
    public static XElement Read(ReadOnlyMemory<byte> document, string action)
    {
        var root = UpnpXml.Read(document);
        if (root.Descendants().FirstOrDefault(e => e.Name.LocalName == "UPnPError") is { } error)
        {
            var code = int.TryParse(error.Text("errorCode"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 501;
            throw new UpnpErrorException(code, $"the router refuses {action}: error {code}");
        }

        return root.Descendants().FirstOrDefault(e => e.Name.LocalName == action + "Response") ?? throw new GatewayException($"the router does not answer to {action}");
    }
}
