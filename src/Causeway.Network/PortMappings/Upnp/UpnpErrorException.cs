namespace Causeway.Network.PortMappings.Upnp;

/// <summary>A gateway refused an action.</summary>
/// <param name="code">The code (UPnP Device Architecture 2.0 §3.2.2, WANIPConnection:2 §2.5).</param>
/// <param name="message">The same as a clause.</param>
internal sealed class UpnpErrorException(int code, string message) : IOException(message)
{
    public const int NoSuchEntry = 714, Conflict = 718, SamePortsRequired = 724, OnlyPermanentLeases = 725, NoMappingsLeft = 728, OtherConflict = 729;

    public int Code { get; } = code;
}
