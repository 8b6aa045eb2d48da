using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Causeway.Gateway.Tests.Pages;

/// <summary>The envelope, over a real WebSocket: what is not a request is answered, and the connection stays.</summary>
public sealed class EnvelopeTests
{
    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("{")]
    [InlineData("[1,2]")]
    [InlineData("null")]
    [InlineData("17")]
    [InlineData("{\"requestid\":1,\"method\":\"peer\"} trailing")]
    [InlineData("{\"requestid\":1,\"method\":\"peer\"}{}")]
    [InlineData("{\"method\":\"peer\"}")]
    [InlineData("{\"requestid\":\"1\",\"method\":\"peer\"}")]
    [InlineData("{\"requestid\":1.5,\"method\":\"peer\"}")]
    [InlineData("{\"requestid\":99999999999999999999,\"method\":\"peer\"}")]
    [InlineData("{'requestid':1}")]
    public async Task A_frame_that_is_no_request_is_answered_with_minus_one_and_the_connection_stays(string frame)
    {
        await using var gateway = await TestGateway.StartAsync();
        var page = await gateway.ConnectAsync();
        await page.SendTextAsync(frame);
        var answer = await page.Unasked.Reader.ReadAsync().AsTask().WaitAsync(TestPage.Patience);
        Assert.Equal(-1, answer.GetProperty("requestid").GetInt64());
        Assert.Equal(400, answer.GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal("", answer.GetProperty("method").GetString());
        Assert.False(answer.TryGetProperty("result", out _));
        await page.CreatePeerAsync();
    }

    [Fact]
    public async Task Nesting_beyond_the_limit_is_an_error_and_within_it_is_passed_on()
    {
        await using var gateway = await TestGateway.StartAsync();
        var page = await gateway.OpenAsync();
        await page.SendTextAsync($$$"""{"requestid":1,"method":"x","params":{"data":{{{new string('[', 100_000)}}}{{{new string(']', 100_000)}}}}}""");
        var answer = await page.Unasked.Reader.ReadAsync().AsTask().WaitAsync(TestPage.Patience);
        Assert.Equal(-1, answer.GetProperty("requestid").GetInt64());

        await page.RequestAsync("subscribe", """{"topic":"t"}""");
        var deep = new string('[', 200) + new string(']', 200);
        await page.RequestAsync("publish", $$"""{"topic":"t","data":{{deep}}}""");
        Assert.Equal(deep, (await page.NextPushAsync("topicData")).GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task A_binary_frame_is_answered_with_an_error()
    {
        await using var gateway = await TestGateway.StartAsync();
        var page = await gateway.ConnectAsync();
        await page.SendBytesAsync("{\"requestid\":1,\"method\":\"peer\"}"u8.ToArray(), WebSocketMessageType.Binary);
        var answer = await page.Unasked.Reader.ReadAsync().AsTask().WaitAsync(TestPage.Patience);
        Assert.Contains("binary", answer.GetProperty("error").GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_frame_in_fragments_is_one_request()
    {
        await using var gateway = await TestGateway.StartAsync();
        var page = await gateway.OpenAsync();
        await page.RequestAsync("subscribe", """{"topic":"t"}""");
        var frame = Encoding.UTF8.GetBytes("""{"requestid":-7,"method":"publish","params":{"topic":"t","data":"grüße"},"isresponse":false}""");
        for (var i = 0; i < frame.Length; i++) await page.SendBytesAsync(frame.AsMemory(i, 1), WebSocketMessageType.Text, endOfMessage: i == frame.Length - 1);
        Assert.Equal("grüße", (await page.NextPushAsync("topicData")).GetProperty("data").GetString());
        Assert.Equal(-7, (await page.Unasked.Reader.ReadAsync().AsTask().WaitAsync(TestPage.Patience)).GetProperty("requestid").GetInt64());
    }

    [Fact]
    public async Task A_frame_above_the_limit_ends_the_connection_with_a_reason_and_nobody_elses()
    {
        await using var gateway = await TestGateway.StartAsync(options: new() { MaxFrameBytes = 64 * 1024 });
        var other = await gateway.OpenAsync();
        var page = await gateway.OpenAsync();
        await page.SendTextAsync(new string(' ', 64 * 1024 + 1));
        var (status, reason) = await page.Closed.WaitAsync(TestPage.Patience);
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, status);
        Assert.Contains("65536", reason);
        await other.RequestAsync("start", """{"protocol":"/x/1"}""");
    }

    [Fact]
    public async Task A_response_from_a_page_is_ignored()
    {
        await using var gateway = await TestGateway.StartAsync();
        var page = await gateway.ConnectAsync();
        await page.SendTextAsync("""{"requestid":1,"method":"nonsense","isresponse":true}""");
        await page.CreatePeerAsync();
        Assert.False(page.Unasked.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Members_in_any_order_with_unknown_ones_among_them_are_understood()
    {
        await using var gateway = await TestGateway.StartAsync();
        var page = await gateway.ConnectAsync();
        await page.SendTextAsync(""" {"x":[{"requestid":9}],"params":{"y":{"peerkey":1},"peerkey":null},"isresponse":false,"method":"p\u0065er","id":2,"requestid":41} """);
        var answer = await page.Unasked.Reader.ReadAsync().AsTask().WaitAsync(TestPage.Patience);
        Assert.Equal(41, answer.GetProperty("requestid").GetInt64());
        Assert.True(answer.GetProperty("result").TryGetProperty("peerid", out _));
    }

    [Theory]
    [InlineData("fly", "unknown method: fly")]
    [InlineData("", "unknown method: ")]
    [InlineData("Peer", "unknown method: Peer")]
    public async Task An_unknown_method_is_named_in_the_error(string method, string message)
    {
        await using var gateway = await TestGateway.StartAsync();
        var page = await gateway.ConnectAsync();
        Assert.Equal((400, message), await page.RequestErrorAsync(method));
    }

    [Theory]
    [InlineData("start", "{}", "protocol is missing")]
    [InlineData("start", "[]", "an object is expected")]
    [InlineData("start", """{"protocol":7}""", "protocol must be a string")]
    [InlineData("start", """{"protocol":""}""", "protocol must have 1 to 256 characters")]
    [InlineData("start", """{"protocol":"/a\n"}""", "no control characters")]
    [InlineData("start", """{"protocol":"\ud800"}""", "protocol must be a string")]
    [InlineData("start", """{"protocol":"/p2p-webapp/1.0.0"}""", "is reserved")]
    [InlineData("send", """{"peer":"nobody","protocol":"/x/1","data":1}""", "peer is not a peer ID")]
    [InlineData("send", """{"peer":"12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB","protocol":"/x/1"}""", "data is missing")]
    [InlineData("send", """{"peer":"12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB","protocol":"/x/1","data":1,"ack":"0"}""", "ack must be an integer")]
    [InlineData("subscribe", """{"topic":""}""", "topic must have 1 to 1024 bytes")]
    [InlineData("publish", """{"topic":"t"}""", "data is missing")]
    [InlineData("addpeers", """{"peerIds":"x"}""", "peerIds must be a list of strings")]
    [InlineData("addpeers", """{"peerIds":["x"]}""", "peerIds[0] is not a peer ID")]
    [InlineData("removepeers", "{}", "peerIds is missing")]
    [InlineData("listfiles", """{"peerid":"x"}""", "peerid is not a peer ID")]
    [InlineData("getfile", """{"cid":"x"}""", "cid is not a CID")]
    [InlineData("removefile", "{}", "path is missing")]
    public async Task Parameters_that_make_no_sense_are_explained(string method, string parameters, string why)
    {
        await using var gateway = await TestGateway.StartAsync();
        var page = await gateway.OpenAsync();
        var (code, message) = await page.RequestErrorAsync(method, parameters);
        Assert.Equal(400, code);
        Assert.StartsWith("invalid params: ", message);
        Assert.Contains(why, message);
    }

    [Fact]
    public async Task Random_frames_never_break_the_connection()
    {
        await using var gateway = await TestGateway.StartAsync();
        var page = await gateway.OpenAsync();
        var random = new Random(20261120);
        var seed = Encoding.ASCII.GetBytes("""{"requestid":5,"method":"publish","params":{"topic":"t","data":[1,{"a":"b\u00e9"}]},"isresponse":false}""");
        for (var i = 0; i < Soak.Count(500, 100_000); i++)
        {
            var frame = (byte[])seed.Clone();
            for (var n = random.Next(1, 6); n > 0; n--) frame[random.Next(frame.Length)] = (byte)random.Next(0x20, 0x7f);
            await page.SendBytesAsync(frame.AsMemory(0, random.Next(1, frame.Length + 1)), WebSocketMessageType.Text);
        }

        await page.RequestAsync("start", """{"protocol":"/x/1"}""");
    }
}
