namespace Causeway.Network.PortMappings.Upnp;

/// <summary>A service of a gateway that maps ports.</summary>
/// <param name="Type">Its type, <c>urn:schemas-upnp-org:service:WANIPConnection:1</c> and the like.</param>
/// <param name="Control">Where it is asked.</param>
internal sealed record IgdService(string Type, Uri Control)
{
    /// <summary>Whether it can choose a free external port itself (AddAnyPortMapping, WANIPConnection:2 §2.5.17).</summary>
    public bool ChoosesPorts => Type.EndsWith("WANIPConnection:2", StringComparison.Ordinal);
}
