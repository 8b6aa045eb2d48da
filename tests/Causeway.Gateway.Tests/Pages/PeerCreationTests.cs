using System.Text.Json;
using Causeway.Cryptography.Keys;
using Causeway.Multiformats;

namespace Causeway.Gateway.Tests.Pages;

/// <summary>Every row of the peer-creation sequence, over a real WebSocket.</summary>
public sealed class PeerCreationTests
{
    private const string KnownKey = "CAESQAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=";
    private const string KnownPeer = "12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB";

    [Fact]
    public async Task A_page_without_a_key_gets_a_fresh_Ed25519_identity()
    {
        await using var gateway = await TestGateway.StartAsync();
        var page = await gateway.ConnectAsync();
        var result = await page.RequestAsync("peer");
        using var key = PrivateKey.FromProtobuf(Convert.FromBase64String(result.GetProperty("peerkey").GetString()!));
        Assert.Equal(KeyType.Ed25519, key.Type);
        Assert.Equal(PeerId.FromPublicKey(key.PublicKey).ToString(), result.GetProperty("peerid").GetString());
        Assert.Equal(new GatewayOptions().Version, result.GetProperty("version").GetString());
        Assert.Equal(3, result.EnumerateObject().Count());
    }

    [Fact]
    public async Task A_page_with_a_key_gets_that_identity()
    {
        await using var gateway = await TestGateway.StartAsync();
        var page = await gateway.OpenAsync(KnownKey);
        Assert.Equal(KnownPeer, page.PeerId);
        Assert.Equal(KnownKey, page.PeerKey);
    }

    [Theory]
    [InlineData(KeyType.Ed25519)]
    [InlineData(KeyType.Secp256k1)]
    [InlineData(KeyType.Ecdsa)]
    [InlineData(KeyType.Rsa)]
    public async Task A_key_of_each_type_comes_back_as_the_same_identity(KeyType type)
    {
        using var key = PrivateKey.Generate(type);
        var text = Convert.ToBase64String(key.ToProtobuf());
        await using var gateway = await TestGateway.StartAsync();
        var page = await gateway.OpenAsync(text);
        Assert.Equal(PeerId.FromPublicKey(key.PublicKey).ToString(), page.PeerId);
        Assert.Equal(text, page.PeerKey);
    }

    [Theory]
    [InlineData("\"not base64!\"")]
    [InlineData("\"AAAA\"")]
    [InlineData("17")]
    [InlineData("\"CAESQAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbk=\"")]
    public async Task A_key_that_cannot_be_read_is_refused_and_the_page_may_try_again(string key)
    {
        await using var gateway = await TestGateway.StartAsync();
        var page = await gateway.ConnectAsync();
        var (code, message) = await page.RequestErrorAsync("peer", $$"""{"peerkey":{{key}}}""");
        Assert.Equal(400, code);
        Assert.StartsWith("invalid params: peerkey", message);
        await page.CreatePeerAsync();
    }

    [Theory]
    [InlineData("start", """{"protocol":"/x/1"}""")]
    [InlineData("stop", """{"protocol":"/x/1"}""")]
    [InlineData("send", """{"peer":"x","protocol":"/x/1","data":1}""")]
    [InlineData("subscribe", """{"topic":"t"}""")]
    [InlineData("publish", """{"topic":"t","data":1}""")]
    [InlineData("unsubscribe", """{"topic":"t"}""")]
    [InlineData("listpeers", """{"topic":"t"}""")]
    [InlineData("addpeers", """{"peerIds":[]}""")]
    [InlineData("removepeers", """{"peerIds":[]}""")]
    [InlineData("connections", "{}")]
    [InlineData("listfiles", """{"peerid":"x"}""")]
    public async Task Anything_before_peer_is_an_error(string method, string parameters)
    {
        await using var gateway = await TestGateway.StartAsync();
        var page = await gateway.ConnectAsync();
        var (code, message) = await page.RequestErrorAsync(method, parameters);
        Assert.Equal(404, code);
        Assert.Contains("no peer on this connection", message);
        Assert.Empty(gateway.Fakes.Nodes);
    }

    [Fact]
    public async Task A_second_peer_request_on_a_connection_is_an_error_and_the_first_peer_stays()
    {
        await using var gateway = await TestGateway.StartAsync();
        var page = await gateway.OpenAsync();
        Assert.Equal((409, "peer already created on this connection"), await page.RequestErrorAsync("peer"));
        await page.RequestAsync("start", """{"protocol":"/x/1"}""");
        Assert.Equal(page.PeerId, Assert.Single(gateway.Fakes.Nodes).Key);
    }

    [Fact]
    public async Task An_identity_that_is_live_already_is_a_duplicate()
    {
        await using var gateway = await TestGateway.StartAsync(options: new() { DuplicateGrace = TimeSpan.Zero });
        await gateway.OpenAsync(KnownKey);
        var second = await gateway.ConnectAsync();
        var (code, message) = await second.RequestErrorAsync("peer", $$"""{"peerkey":"{{KnownKey}}"}""");
        Assert.Equal((409, "peer ID already in use (possible duplicate browser tab)"), (code, message));
    }

    [Fact]
    public async Task Of_two_simultaneous_creations_of_one_identity_exactly_one_succeeds()
    {
        await using var gateway = await TestGateway.StartAsync(options: new() { DuplicateGrace = TimeSpan.FromMilliseconds(1) });
        var hold = new TaskCompletionSource();
        gateway.Fakes.Creating = hold.Task;
        var pages = await Task.WhenAll(gateway.ConnectAsync(), gateway.ConnectAsync());
        var requests = new List<Task<JsonElement>>();
        foreach (var page in pages) requests.Add(await page.BeginAsync("peer", $$"""{"peerkey":"{{KnownKey}}"}"""));

        // The loser is told while the winner is still being created.
        var loser = await (await Task.WhenAny(requests)).WaitAsync(TestPage.Patience);
        Assert.Equal("peer ID already in use (possible duplicate browser tab)", loser.GetProperty("error").GetProperty("message").GetString());
        hold.SetResult();
        var answers = await Task.WhenAll(requests).WaitAsync(TestPage.Patience);
        Assert.Single(answers, a => a.TryGetProperty("result", out var result) && result.GetProperty("peerid").GetString() == KnownPeer);
    }

    [Fact]
    public async Task A_page_that_reloads_gets_its_identity_back_at_once()
    {
        await using var gateway = await TestGateway.StartAsync(options: new() { DuplicateGrace = TestPage.Patience });
        var first = await gateway.OpenAsync(KnownKey);

        // The new socket asks before the old one has closed.
        var second = await gateway.ConnectAsync();
        var creating = await second.BeginAsync("peer", $$"""{"peerkey":"{{KnownKey}}"}""");
        await first.CloseAsync();
        var answer = await creating.WaitAsync(TestPage.Patience);
        Assert.Equal(KnownPeer, answer.GetProperty("result").GetProperty("peerid").GetString());
    }

    [Fact]
    public async Task A_page_that_goes_releases_everything_it_had()
    {
        await using var gateway = await TestGateway.StartAsync();
        var stays = await gateway.OpenAsync();
        var goes = await gateway.OpenAsync();
        await goes.RequestAsync("start", """{"protocol":"/x/1"}""");
        await goes.RequestAsync("subscribe", """{"topic":"t"}""");
        await goes.RequestAsync("addpeers", $$"""{"peerIds":["{{stays.PeerId}}"]}""");
        var gone = new TaskCompletionSource();
        gateway.Endpoint.PagesChanged += count => gone.TrySetResult();
        goes.Abort();
        await gone.Task.WaitAsync(TestPage.Patience);
        Assert.Equal(stays.PeerId, Assert.Single(gateway.Fakes.Nodes).Key);
        Assert.Empty((await stays.RequestAsync("listpeers", """{"topic":"t"}""")).GetProperty("peers").EnumerateArray());
        await gateway.OpenAsync(goes.PeerKey);
    }

    [Fact]
    public async Task A_page_that_goes_while_its_peer_is_created_leaves_nothing_behind()
    {
        await using var gateway = await TestGateway.StartAsync();
        var hold = new TaskCompletionSource();
        gateway.Fakes.Creating = hold.Task;
        var page = await gateway.ConnectAsync();
        _ = await page.BeginAsync("peer", $$"""{"peerkey":"{{KnownKey}}"}""");
        var gone = new TaskCompletionSource();
        gateway.Endpoint.PagesChanged += count => gone.TrySetResult();
        page.Abort();
        hold.SetResult();
        await gone.Task.WaitAsync(TestPage.Patience);
        Assert.Empty(gateway.Fakes.Nodes);
        await gateway.OpenAsync(KnownKey);
    }

    [Fact]
    public async Task A_connection_that_asks_for_no_peer_is_closed_in_the_end()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(time: time);
        var page = await gateway.ConnectAsync();
        Assert.Equal(404, (await page.RequestErrorAsync("listpeers", """{"topic":"t"}""")).Code);
        time.Advance(TimeSpan.FromSeconds(60));
        var (status, reason) = await page.Closed.WaitAsync(TestPage.Patience);
        Assert.Equal(System.Net.WebSockets.WebSocketCloseStatus.PolicyViolation, status);
        Assert.Contains("no peer request", reason);
    }
}
