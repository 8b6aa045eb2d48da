using Causeway.Libp2p.Hosts;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Hosts;

/// <summary>Whose connections are expected while a hole is punched.</summary>
public sealed class PunchedAddressesTests
{
    [Theory]
    [InlineData("/ip4/8.8.8.8/tcp/4001", true)]
    [InlineData("/ip4/8.8.8.8/tcp/50000", true)]
    [InlineData("/ip4/8.8.4.4/tcp/4001", false)]
    [InlineData("/ip4/8.8.8.8/tcp/4001/ws", false)]
    [InlineData("/ip4/8.8.8.8/tcp/4001/p2p/12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB/p2p-circuit", false)]
    [InlineData("/ip4/127.0.0.1/tcp/4001", true)]
    [InlineData("/ip4/127.0.0.1/tcp/50000", false)]
    public void The_port_matters_only_where_no_NAT_is_between(string remote, bool isExpected)
    {
        var punched = new PunchedAddresses();
        using (punched.Add([Multiaddress.Parse("/ip4/8.8.8.8/tcp/4001"), Multiaddress.Parse("/ip4/127.0.0.1/tcp/4001")]))
            Assert.Equal(isExpected, punched.Contains(Multiaddress.Parse(remote)));
        Assert.False(punched.Contains(Multiaddress.Parse(remote)));
    }
}
