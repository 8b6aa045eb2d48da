using System.Globalization;
using System.Net;
using Causeway.Lab.Links;

namespace Causeway.Lab.Topologies;

/// <summary>A network device of a machine, and the link from it to a switch.</summary>
/// <param name="Device">The name in the machine: <c>eth0</c>, <c>eth1</c>, ….</param>
/// <param name="Switch">The switch at the other end.</param>
/// <param name="Addresses">IPv4 and IPv6 addresses with their prefix length: <c>10.77.0.11/24</c>.</param>
public sealed record Port(string Device, string Switch, params IReadOnlyList<string> Addresses)
{
    /// <summary>Delay, loss and rate of the link. None: a plain pair of virtual Ethernet devices, as fast as the kernel; else an emulated link.</summary>
    public LinkConditions? Conditions { get; init; }

    /// <summary>Splits <c>address/length</c>.</summary>
    /// <exception cref="LabException">It is not of that form.</exception>
    internal IPAddress ParseAddress(string text)
    {
        var parts = text.Split('/');
        if (parts.Length == 2 && IPAddress.TryParse(parts[0], out var address)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            && length <= address.GetAddressBytes().Length * 8) return address;
        throw new LabException($"'{text}' on {Device} is no address with a prefix length, such as 10.77.0.11/24.");
    }
}
