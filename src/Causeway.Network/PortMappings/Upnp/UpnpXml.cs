using System.Text;
using System.Xml;
using System.Xml.Linq;
using Causeway.Network.PortMappings.Gateways;

namespace Causeway.Network.PortMappings.Upnp;

/// <summary>Reads XML of devices: bounded, without document types or anything external.</summary>
internal static class UpnpXml
{
    /// <summary>Bytes of the longest document.</summary>
    public const int MaxLength = 64 * 1024;

    // Descriptions nest about ten deep.
    private const int MaxDepth = 64;

    /// <summary>Reads a document.</summary>
    /// <exception cref="GatewayException">It is not well-formed, or too large.</exception>
    public static XElement Read(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > MaxLength) throw new GatewayException("the router's answer is too long");
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MaxLength, MaxCharactersFromEntities = 0, IgnoreComments = true, IgnoreProcessingInstructions = true };
        try
        {
            // Some routers end their documents with zero bytes.
            using var stream = new MemoryStream(bytes.Span.TrimEnd((byte)0).ToArray());
            using (var depth = XmlReader.Create(stream, settings))
            {
                while (depth.Read())
                {
                    if (depth.Depth > MaxDepth) throw new GatewayException("the router's answer is nested too deeply");
                }
            }

            stream.Position = 0;
            using var reader = XmlReader.Create(stream, settings);
            return XElement.Load(reader);
        }
        catch (Exception exception) when (exception is XmlException or DecoderFallbackException or ArgumentException or InvalidOperationException)
        {
            throw new GatewayException("the router's answer is malformed", exception);
        }
    }

    /// <summary>The text of the first descendant of that name, whatever its namespace; null if there is none or it is empty.</summary>
    public static string? Text(this XElement element, string name) =>
        element.Descendants().FirstOrDefault(e => e.Name.LocalName == name)?.Value.Trim() is { Length: > 0 } text ? text : null;
}
