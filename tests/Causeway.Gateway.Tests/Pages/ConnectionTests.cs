using Causeway.Gateway.Tests.Fakes;

namespace Causeway.Gateway.Tests.Pages;

/// <summary><c>addpeers</c>, <c>removepeers</c> and <c>connections</c>.</summary>
public sealed class ConnectionTests
{
    [Fact]
    public async Task A_kept_peer_is_protected_dialed_and_dialed_again()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(time: time);
        var (a, b) = (await gateway.OpenAsync(), await gateway.OpenAsync());
        var (hostA, hostB) = (gateway.Fakes.Nodes[a.PeerId].FakeHost, gateway.Fakes.Nodes[b.PeerId].FakeHost);
        var connected = NextConnection(hostA);
        await a.RequestAsync("addpeers", $$"""{"peerIds":["{{b.PeerId}}"]}""");
        await connected.WaitAsync(TestPage.Patience);
        Assert.Contains(hostB.Id, hostA.Protected.Keys);

        connected = NextConnection(hostA);
        hostB.Break(hostA.Id);
        hostA.Break(hostB.Id);
        await connected.WaitAsync(TestPage.Patience);

        await a.RequestAsync("removepeers", $$"""{"peerIds":["{{b.PeerId}}"]}""");
        Assert.DoesNotContain(hostB.Id, hostA.Protected.Keys);
        var dials = hostA.Dials;
        hostB.Break(hostA.Id);
        hostA.Break(hostB.Id);
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(dials, hostA.Dials);
    }

    [Fact]
    public async Task Peers_beyond_the_limit_are_refused_all_together()
    {
        await using var gateway = await TestGateway.StartAsync(options: new() { MaxEntriesPerPage = 3 });
        var page = await gateway.OpenAsync();
        var others = new List<string>();
        for (var i = 0; i < 4; i++) others.Add((await gateway.OpenAsync()).PeerId);
        await page.RequestAsync("addpeers", $$"""{"peerIds":["{{others[0]}}","{{others[0]}}"]}""");
        Assert.Equal(429, (await page.RequestErrorAsync("addpeers", $$"""{"peerIds":["{{others[1]}}","{{others[2]}}","{{others[3]}}"]}""")).Code);
        Assert.Equal(others[0], Assert.Single(gateway.Fakes.Nodes[page.PeerId].FakeHost.Protected.Keys).ToString());
        await page.RequestAsync("addpeers", $$"""{"peerIds":["{{others[1]}}","{{others[0]}}","{{others[2]}}"]}""");
        Assert.Equal(3, gateway.Fakes.Nodes[page.PeerId].FakeHost.Protected.Count);
    }

    [Fact]
    public async Task Keeping_oneself_or_nobody_is_fine()
    {
        await using var gateway = await TestGateway.StartAsync();
        var page = await gateway.OpenAsync();
        await page.RequestAsync("addpeers", $$"""{"peerIds":["{{page.PeerId}}"]}""");
        await page.RequestAsync("addpeers", """{"peerIds":[]}""");
        await page.RequestAsync("removepeers", $$"""{"peerIds":["{{page.PeerId}}"]}""");
    }

    [Fact]
    public async Task Connections_are_described()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (a, b) = (await gateway.OpenAsync(), await gateway.OpenAsync());
        await gateway.Fakes.Nodes[a.PeerId].FakeHost.ConnectAsync(gateway.Fakes.Nodes[b.PeerId].FakeHost.Id);
        await a.RequestAsync("start", """{"protocol":"/x/1"}""");
        var report = await a.RequestAsync("connections");
        Assert.Equal($"/ip4/127.0.0.1/tcp/4001/p2p/{a.PeerId}", Assert.Single(report.GetProperty("addresses").EnumerateArray()).GetString());
        Assert.Equal(["/p2p-webapp/1.0.0", "/x/1"], report.GetProperty("protocols").EnumerateArray().Select(p => p.GetString()).Order(StringComparer.Ordinal));
        Assert.Equal(
            $$"""{"peerid":"{{b.PeerId}}","address":"/ip4/127.0.0.1/tcp/4001","transport":"tcp","direction":"outbound","rtt":1.5,"security":"/noise","muxer":"/yamux/1.0.0","protocolVersion":"ipfs/0.1.0","agentVersion":"agent/1","protocols":["/chat/1.0.0"],"limited":false,"streams":0,"openedAt":"1970-01-01T00:00:00+00:00"}""",
            Assert.Single(report.GetProperty("connections").EnumerateArray()).GetRawText());
        var other = Assert.Single((await b.RequestAsync("connections")).GetProperty("connections").EnumerateArray());
        Assert.Equal("inbound", other.GetProperty("direction").GetString());
    }

    private static Task NextConnection(FakeHost host)
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Changed += change =>
        {
            if (change is Libp2p.Hosts.HostEvent.ConnectionOpened) source.TrySetResult();
        };
        return source.Task;
    }
}
