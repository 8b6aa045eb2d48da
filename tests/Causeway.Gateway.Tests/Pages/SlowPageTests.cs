using System.Net.WebSockets;
using System.Text.Json;

namespace Causeway.Gateway.Tests.Pages;

/// <summary>Pages that do not read.</summary>
public sealed class SlowPageTests
{
    private static readonly string Large = new('x', 200_000);

    [Fact]
    public async Task A_page_that_stops_reading_is_closed_with_a_reason_and_the_others_go_on()
    {
        // Only what the queue holds counts here, not how long the page has taken nothing.
        await using var gateway = await TestGateway.StartAsync(options: new() { OutboundQueueBytes = 1024 * 1024, SlowReaderTimeout = TimeSpan.FromHours(1) });
        var slow = await SubscribeWithoutReadingAsync(gateway);
        var other = await gateway.OpenAsync();
        await other.RequestAsync("subscribe", """{"topic":"t"}""");

        // Until the gateway gives the slow page up: what the sockets hold, then twice the queue's size.
        var gone = new TaskCompletionSource();
        gateway.Endpoint.PagesChanged += _ => gone.TrySetResult();
        for (var i = 0; i < 200; i++) await other.RequestAsync("publish", $$"""{"topic":"t","data":"{{Large}}"}""");
        slow.StartReading();
        var (status, reason) = await slow.Closed.WaitAsync(TestPage.Patience);
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, status);
        Assert.Contains("does not read fast enough", reason);
        await gone.Task.WaitAsync(TestPage.Patience);
        await other.RequestAsync("publish", """{"topic":"t","data":"still here"}""");
    }

    [Fact]
    public async Task A_page_that_takes_nothing_for_too_long_is_closed_and_then_cut_off()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(options: new() { OutboundQueueBytes = 64 * 1024 * 1024 }, time: time);
        var slow = await SubscribeWithoutReadingAsync(gateway);
        var other = await gateway.OpenAsync();
        for (var i = 0; i < 100; i++) await other.RequestAsync("publish", $$"""{"topic":"t","data":"{{Large}}"}""");
        var gone = new TaskCompletionSource();
        gateway.Endpoint.PagesChanged += _ => gone.TrySetResult();
        while (!gone.Task.IsCompleted)
        {
            // The page gets its first warning once a write hangs; real time passes only until the write does hang.
            time.Advance(TimeSpan.FromSeconds(20));
            await Task.WhenAny(gone.Task, Task.Delay(10));
        }

        await other.RequestAsync("publish", """{"topic":"t","data":"still here"}""");
        slow.Dispose();
    }

    [Fact]
    public async Task A_slow_page_holds_its_senders_back_and_loses_nothing()
    {
        await using var gateway = await TestGateway.StartAsync(options: new() { OutboundQueueBytes = 256 * 1024, SlowReaderTimeout = TestPage.Patience });
        var slow = await TestPage.ConnectAsync(gateway.Address, read: false);
        await slow.SendTextAsync("""{"requestid":1000,"method":"peer","params":{}}""");
        await slow.SendTextAsync("""{"requestid":1001,"method":"start","params":{"protocol":"/x/1"}}""");
        var sender = await gateway.OpenAsync();
        await sender.RequestAsync("start", """{"protocol":"/x/1"}""");
        await TestPage.UntilAsync(() => Task.FromResult(gateway.Fakes.Nodes.Values.Count(n => n.FakeHost.Protocols.Contains("/x/1"))), n => n == 2);
        var target = gateway.Fakes.Nodes.Keys.Single(k => k != sender.PeerId);

        const int Count = 100;
        for (var i = 0; i < Count; i++) await sender.RequestAsync("send", $$"""{"peer":"{{target}}","protocol":"/x/1","data":["{{Large}}",{{i}}],"ack":{{i}}}""");
        Assert.True(gateway.Endpoint.PageCount == 2);
        slow.StartReading();
        for (var i = 0; i < Count; i++) Assert.Equal(i, (await slow.NextPushAsync("peerData")).GetProperty("data")[1].GetInt32());
        for (var i = 0; i < Count; i++) Assert.Equal(i, (await sender.NextPushAsync("ack")).GetProperty("ack").GetInt32());
        slow.Dispose();
    }

    private static async Task<TestPage> SubscribeWithoutReadingAsync(TestGateway gateway)
    {
        var page = await TestPage.ConnectAsync(gateway.Address, read: false);
        await page.SendTextAsync("""{"requestid":1000,"method":"peer","params":{}}""");
        await page.SendTextAsync("""{"requestid":1001,"method":"subscribe","params":{"topic":"t"}}""");
        var probe = await gateway.OpenAsync();
        await TestPage.UntilAsync(async () => (await probe.RequestAsync("listpeers", """{"topic":"t"}""")).GetProperty("peers").GetArrayLength(), n => n > 0);
        return page;
    }
}
