using System.Text.Json;
using Causeway.Gateway.Tests.Fakes;
using Causeway.Multiformats;

namespace Causeway.Gateway.Tests.Pages;

/// <summary>Topics, over real WebSockets.</summary>
public sealed class TopicTests
{
    private const string Topic = """{"topic":"chatroom"}""";
    private const string Stranger = "12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB";

    [Fact]
    public async Task What_is_published_reaches_all_subscribers_the_publisher_included()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (a, b) = (await gateway.OpenAsync(), await gateway.OpenAsync());
        await a.RequestAsync("subscribe", Topic);
        await b.RequestAsync("subscribe", Topic);
        await a.RequestAsync("publish", """{"topic":"chatroom","data":{"text":"hi"}}""");
        foreach (var page in new[] { a, b })
        {
            var push = await page.NextPushAsync("topicData");
            Assert.Equal($$$"""{"topic":"chatroom","peerid":"{{{a.PeerId}}}","data":{"text":"hi"}}""", push.GetRawText());
        }
    }

    [Fact]
    public async Task Publishing_works_without_subscribing()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (a, b) = (await gateway.OpenAsync(), await gateway.OpenAsync());
        await b.RequestAsync("subscribe", Topic);
        await a.RequestAsync("publish", """{"topic":"chatroom","data":1}""");
        await b.NextPushAsync("topicData");
        Assert.False(a.Pushes.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Both_sides_learn_of_each_other_and_of_leaving()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (a, b) = (await gateway.OpenAsync(), await gateway.OpenAsync());
        await a.RequestAsync("subscribe", Topic);
        Assert.Empty(await PeersAsync(a));
        await b.RequestAsync("subscribe", Topic);
        Assert.Equal($$"""{"topic":"chatroom","peerid":"{{b.PeerId}}","joined":true}""", (await a.NextPushAsync("peerChange")).GetRawText());
        Assert.Equal($$"""{"topic":"chatroom","peerid":"{{a.PeerId}}","joined":true}""", (await b.NextPushAsync("peerChange")).GetRawText());
        Assert.Equal([b.PeerId], await PeersAsync(a));
        Assert.Equal([a.PeerId], await PeersAsync(b));

        await b.RequestAsync("unsubscribe", Topic);
        Assert.Equal($$"""{"topic":"chatroom","peerid":"{{b.PeerId}}","joined":false}""", (await a.NextPushAsync("peerChange")).GetRawText());
        Assert.Empty(await PeersAsync(a));

        // Who is not subscribed can still ask.
        Assert.Equal([a.PeerId], await PeersAsync(b));
    }

    [Fact]
    public async Task A_page_that_closes_leaves_its_topics_exactly_once()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (a, b) = (await gateway.OpenAsync(), await gateway.OpenAsync());
        await a.RequestAsync("subscribe", Topic);
        await b.RequestAsync("subscribe", Topic);
        await a.NextPushAsync("peerChange");
        b.Abort();
        Assert.False((await a.NextPushAsync("peerChange")).GetProperty("joined").GetBoolean());

        // A third page comes: it is the next and only change.
        var c = await gateway.OpenAsync();
        await c.RequestAsync("subscribe", Topic);
        Assert.Equal(c.PeerId, (await a.NextPushAsync("peerChange")).GetProperty("peerid").GetString());
        Assert.Equal([c.PeerId], await PeersAsync(a));
    }

    [Fact]
    public async Task Peers_of_the_network_and_of_this_process_make_one_list_without_duplicates()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (a, b) = (await gateway.OpenAsync(), await gateway.OpenAsync());
        await a.RequestAsync("subscribe", Topic);
        await b.RequestAsync("subscribe", Topic);
        var pubSub = gateway.Fakes.Nodes[a.PeerId].FakePubSub;
        pubSub.Change("chatroom", PeerId.Parse(Stranger), joined: true);
        pubSub.Change("chatroom", PeerId.Parse(b.PeerId), joined: true);
        pubSub.Change("other", PeerId.Parse(Stranger), joined: false);
        Assert.Equal(b.PeerId, (await a.NextPushAsync("peerChange")).GetProperty("peerid").GetString());
        Assert.Equal(Stranger, (await a.NextPushAsync("peerChange")).GetProperty("peerid").GetString());
        Assert.Equal(new[] { Stranger, b.PeerId }.Order(), (await PeersAsync(a)).Order());
        pubSub.Change("chatroom", PeerId.Parse(Stranger), joined: false);
        Assert.Equal($$"""{"topic":"chatroom","peerid":"{{Stranger}}","joined":false}""", (await a.NextPushAsync("peerChange")).GetRawText());
    }

    [Fact]
    public async Task Subscribing_and_unsubscribing_twice_changes_nothing()
    {
        await using var gateway = await TestGateway.StartAsync();
        var page = await gateway.OpenAsync();
        await page.RequestAsync("subscribe", Topic);
        await page.RequestAsync("subscribe", Topic);
        await page.RequestAsync("publish", """{"topic":"chatroom","data":1}""");
        await page.RequestAsync("unsubscribe", Topic);
        await page.RequestAsync("unsubscribe", Topic);
        await page.RequestAsync("publish", """{"topic":"chatroom","data":2}""");
        Assert.Equal(1, (await page.NextPushAsync("topicData")).GetProperty("data").GetInt32());
        Assert.False(page.Pushes.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Messages_on_one_topic_keep_their_order_even_when_publishing_is_slow()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (a, b) = (await gateway.OpenAsync(), await gateway.OpenAsync());
        await b.RequestAsync("subscribe", Topic);
        var hold = new TaskCompletionSource();
        gateway.Fakes.Nodes[a.PeerId].FakePubSub.Publishing = hold.Task;
        var requests = new List<Task<JsonElement>>();
        for (var i = 0; i < 200; i++) requests.Add(await a.BeginAsync("publish", $$"""{"topic":"chatroom","data":{{i}}}"""));
        hold.SetResult();
        for (var i = 0; i < 200; i++) Assert.Equal(i, (await b.NextPushAsync("topicData")).GetProperty("data").GetInt32());
        await Task.WhenAll(requests).WaitAsync(TestPage.Patience);
    }

    [Fact]
    public async Task A_subscription_that_waits_for_its_mesh_does_not_hold_up_other_requests()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(time: time);
        var (a, b) = (await gateway.OpenAsync(), await gateway.OpenAsync());
        await a.RequestAsync("subscribe", Topic);
        gateway.Fakes.Nodes[b.PeerId].FakePubSub.MeshFormed = new TaskCompletionSource().Task;
        var subscribing = await b.BeginAsync("subscribe", Topic);
        await b.RequestAsync("start", """{"protocol":"/x/1"}""");
        await b.RequestAsync("publish", """{"topic":"chatroom","data":"own"}""");
        Assert.Equal("own", (await b.NextPushAsync("topicData")).GetProperty("data").GetString());
        Assert.False(subscribing.IsCompleted);

        // Until it can receive, nobody is told of it.
        Assert.Empty(await PeersAsync(a));
        time.Advance(TimeSpan.FromSeconds(2));
        await subscribing.WaitAsync(TestPage.Patience);
        Assert.Equal([b.PeerId], await PeersAsync(a));
    }

    [Fact]
    public async Task A_subscription_without_anybody_else_is_answered_at_once()
    {
        await using var gateway = await TestGateway.StartAsync(time: new ManualTimeProvider());
        var page = await gateway.OpenAsync();
        gateway.Fakes.Nodes[page.PeerId].FakePubSub.MeshFormed = new TaskCompletionSource().Task;
        await page.RequestAsync("subscribe", Topic);
    }

    [Fact]
    public async Task What_is_not_JSON_is_not_passed_on_and_what_follows_is()
    {
        await using var gateway = await TestGateway.StartAsync();
        var page = await gateway.OpenAsync();
        await page.RequestAsync("subscribe", Topic);
        var pubSub = gateway.Fakes.Nodes[page.PeerId].FakePubSub;
        foreach (var payload in new[] { "hello", "1,2", "", "{\"a\":1}}", "\"\xff\"" })
            pubSub.Receive(new("chatroom", PeerId.Parse(Stranger), System.Text.Encoding.Latin1.GetBytes(payload), 1, PeerId.Parse(Stranger)));
        pubSub.Receive(new("chatroom", PeerId.Parse(Stranger), "\"fine\""u8.ToArray(), 2, PeerId.Parse(Stranger)));
        Assert.Equal("fine", (await page.NextPushAsync("topicData")).GetProperty("data").GetString());
    }

    [Fact]
    public async Task A_publication_that_is_too_large_for_the_network_is_an_error()
    {
        await using var gateway = await TestGateway.StartAsync();
        var page = await gateway.OpenAsync();
        Assert.Equal(413, (await page.RequestErrorAsync("publish", $$"""{"topic":"t","data":"{{new string('x', 1024 * 1024)}}"}""")).Code);
    }

    [Fact]
    public async Task Peers_that_share_a_topic_are_connected_with_a_bounded_number_of_connections()
    {
        await using var gateway = await TestGateway.StartAsync();
        var pages = new List<TestPage>();
        for (var i = 0; i < 40; i++)
        {
            pages.Add(await gateway.OpenAsync());
            await pages[^1].RequestAsync("subscribe", Topic);
        }

        var hosts = gateway.Fakes.Nodes.Values.Select(n => n.FakeHost).ToList();
        Assert.True(hosts.Sum(h => h.All.Count) / 2 <= 40 * Directory.Neighbourhood.Degree, "no more than the degree on average");
        Assert.All(hosts, h => Assert.InRange(h.All.Count, Directory.Neighbourhood.Degree, Directory.Neighbourhood.HighDegree));
        Assert.Equal(40, Reached(hosts[0], hosts).Count);

        // Neighbours that go are replaced.
        var gone = new TaskCompletionSource();
        gateway.Endpoint.PagesChanged += count => { if (count == 20) gone.TrySetResult(); };
        foreach (var page in pages.Take(20)) page.Abort();
        await gone.Task.WaitAsync(TestPage.Patience);
        var left = gateway.Fakes.Nodes.Values.Select(n => n.FakeHost).ToList();
        Assert.Equal(20, Reached(left[0], left).Count);
    }

    private static async Task<string[]> PeersAsync(TestPage page)
        => [.. (await page.RequestAsync("listpeers", Topic)).GetProperty("peers").EnumerateArray().Select(p => p.GetString()!)];

    private static HashSet<PeerId> Reached(FakeHost from, List<FakeHost> hosts)
    {
        var byId = hosts.ToDictionary(h => h.Id);
        var reached = new HashSet<PeerId> { from.Id };
        var next = new Queue<FakeHost>([from]);
        while (next.TryDequeue(out var host))
        {
            foreach (var connection in host.All)
            {
                if (byId.TryGetValue(connection.RemotePeer, out var other) && reached.Add(other.Id)) next.Enqueue(other);
            }
        }

        return reached;
    }
}
