using System.Net;
using Causeway.Libp2p.Connections.Dialing;
using Causeway.Multiformats;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Connections;

public sealed class AddressResolutionTests
{
    [Theory]
    [InlineData("/dns/printer.local/tcp/4001/ws", "fe80::1%2", "/ip6zone/2/ip6/fe80::1/tcp/4001/ws")]
    [InlineData("/dns6/printer.local/tcp/4001", "2001:db8::1", "/ip6/2001:db8::1/tcp/4001")]
    [InlineData("/dns4/printer.local/tcp/4001", "192.0.2.1", "/ip4/192.0.2.1/tcp/4001")]
    public async Task A_name_becomes_its_address_with_the_zone_of_a_scoped_one(string address, string found, string expected)
    {
        var resolved = await AddressResolution.ResolveAsync(
            Addresses(address), static candidate => !candidate.ToString().StartsWith("/dns", StringComparison.Ordinal), new Known(IPAddress.Parse(found)), Patience);
        Assert.Equal(Address(expected), Assert.Single(resolved));
    }

    private sealed class Known(IPAddress address) : INameResolver
    {
        public ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string name, CancellationToken cancellationToken) => new([address]);
    }
}
