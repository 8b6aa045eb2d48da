using System.Globalization;
using System.Net.Sockets;
using Causeway.Network.PortMappings;

namespace Causeway.Lab.PortMapping;

/// <summary>
/// <c>causeway-lab port-map PORT [PROTOCOL]</c>, run on a machine of a lab: has the router forward a UDP and a TCP port until its input ends, and writes a line
/// whenever that changes.
/// </summary>
internal static class PortMapCommand
{
    /// <summary>Runs it.</summary>
    /// <exception cref="LabException">The arguments make no sense.</exception>
    public static async Task<int> RunAsync(string port, string? protocol)
    {
        if (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) throw new LabException("port-map PORT [pcp|natpmp|upnp]");
        var options = new PortMapperOptions
        {
            CheckInterval = TimeSpan.FromSeconds(5),
            RetryInterval = TimeSpan.FromSeconds(2),
            MaxRetryInterval = TimeSpan.FromSeconds(5),
            GoodbyeTimeout = TimeSpan.FromMinutes(1),
        };
        if (protocol is not null) options = options with { Protocols = [Enum.Parse<PortMappingProtocol>(protocol, ignoreCase: true)] };
        await using (var mapper = new PortMapper(options))
        {
            mapper.Changed += () => Write(mapper.Mappings);
            await Task.WhenAll(mapper.AddAsync(ProtocolType.Udp, number), mapper.AddAsync(ProtocolType.Tcp, number));
            while (await Console.In.ReadLineAsync() is not null) Write(mapper.Mappings);
        }

        Console.WriteLine("deleted");
        return 0;
    }

    private static void Write(IReadOnlyList<Network.PortMappings.PortMapping> mappings)
    {
        foreach (var mapping in mappings)
            Console.WriteLine(mapping.ExternalEndPoint is { } external ? $"{mapping.Protocol} {external} by {mapping.Via} for {mapping.Lifetime}" : $"{mapping.Protocol} not mapped. {mapping.Problem}");
    }
}
