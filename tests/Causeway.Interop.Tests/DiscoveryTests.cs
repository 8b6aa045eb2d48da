using Causeway.Libp2p.Discovery.Mdns;
using Causeway.Multiformats;

namespace Causeway.Interop.Tests;

/// <summary>Multicast DNS with unmodified js-libp2p.</summary>
public sealed class DiscoveryTests
{
    [Fact]
    public Task Js_and_we_find_each_other_by_multicast_dns() => PrivateNetwork.RunAsync<OnAPrivateNetwork>();

    public sealed class OnAPrivateNetwork
    {
        [Theory(Explicit = true)]
        [InlineData("_p2p._udp")]
        [InlineData("p2p-webapp")]
        public async Task Each_reports_the_other_with_an_address_that_can_be_dialed(string service)
        {
            await using var ours = await OurPeer.StartAsync(
                listen: "/ip4/0.0.0.0/tcp/0", discovery: host => new MdnsDiscovery(host, new MdnsOptions { ServiceName = service }));
            var found = new TaskCompletionSource<PeerId>(TaskCreationOptions.RunContinuationsAsynchronously);
            ours.Host.Discovered += peer => found.TrySetResult(peer);

            await using var js = await JsPeer.StartAsync(JsRelease.Current, new
            {
                listen = new[] { "/ip4/0.0.0.0/tcp/0" },
                mdns = new { serviceTag = $"{service}.local", interval = 1000 },
            });

            Assert.Equal(js.Id, (await found.Task.WaitAsync(JsPeer.Patience)).ToString());
            await js.WaitForAsync("discovered", e => (string)e["peer"]! == ours.Id);
            Assert.Equal(ours.Id, (string)(await js.AskAsync("dialPeer", new { peer = ours.Id }))["peer"]!);
            await js.AskAsync("hangUp", new { peer = ours.Id });
            var connection = await ours.Host.ConnectAsync(PeerId.Parse(js.Id));
            Assert.Equal(js.Id, connection.RemotePeer.ToString());
        }
    }
}
