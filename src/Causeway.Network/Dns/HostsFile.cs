using System.Net;

namespace Causeway.Network.Dns;

/// <summary>What <c>/etc/hosts</c> says (hosts(5)): an address, then its names.</summary>
internal sealed class HostsFile
{
    private readonly Dictionary<string, List<IPAddress>> _addresses = new(StringComparer.OrdinalIgnoreCase);

    public static HostsFile Parse(string text)
    {
        var hosts = new HostsFile();
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split('#', 2)[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words is not [var first, .. var names] || !IPAddress.TryParse(first, out var address)) continue;
            foreach (var name in names) hosts.Add(name, address);
        }

        return hosts;
    }

    public IReadOnlyList<IPAddress> Find(DnsName name) => _addresses.TryGetValue(name.ToString(), out var addresses) ? addresses : [];

    private void Add(string name, IPAddress address)
    {
        if (!_addresses.TryGetValue(name, out var addresses)) _addresses.Add(name, addresses = []);
        if (!addresses.Contains(address)) addresses.Add(address);
    }
}
