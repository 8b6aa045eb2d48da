using Causeway.Hosting.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Causeway.Hosting.Tests.Servers;

/// <summary>Requests that take too long, by a clock that the test moves.</summary>
public sealed class TimeLimitTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ManualTimeProvider _time = new();
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task An_answer_that_does_not_begin_in_time_never_does()
    {
        await using var server = await StartAsync(read: TimeSpan.FromSeconds(15), write: null, isBegun: false);
        var answer = server.Client.GetAsync("/");
        await _reached.Task.WaitAsync(Patience);
        _time.Advance(TimeSpan.FromSeconds(14));
        Assert.False(answer.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<HttpRequestException>(() => answer.WaitAsync(Patience));
        _go.SetResult();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_that_has_begun_has_its_own_time(bool isInTime)
    {
        await using var server = await StartAsync(read: TimeSpan.FromSeconds(15), write: TimeSpan.FromSeconds(60), isBegun: true);
        using var answer = await server.Client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead).WaitAsync(Patience);
        await _reached.Task.WaitAsync(Patience);
        _time.Advance(TimeSpan.FromSeconds(isInTime ? 59 : 61));
        if (isInTime) _go.SetResult();
        var content = answer.Content.ReadAsStringAsync().WaitAsync(Patience);
        if (isInTime) Assert.Equal("begin and end", await content);
        else await Assert.ThrowsAsync<HttpRequestException>(() => content);
        _go.TrySetResult();
    }

    [Fact]
    public async Task Upgraded_connections_have_no_limit()
    {
        await using var server = await StartAsync(read: TimeSpan.FromSeconds(15), write: TimeSpan.FromSeconds(15), isBegun: false);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("Upgrade", "websocket");
        request.Headers.Connection.Add("Upgrade");
        var answer = server.Client.SendAsync(request);
        await _reached.Task.WaitAsync(Patience);
        _time.Advance(TimeSpan.FromHours(1));
        _go.SetResult();
        Assert.Equal("begin and end", await (await answer.WaitAsync(Patience)).Content.ReadAsStringAsync());
    }

    private Task<TestServer> StartAsync(TimeSpan? read, TimeSpan? write, bool isBegun) => TestServer.StartAsync(app =>
    {
        app.UseTimeLimits(read, write, _time);
        app.Run(async context =>
        {
            if (isBegun) await BeginAsync(context);
            _reached.SetResult();
            await _go.Task;
            if (!isBegun) await BeginAsync(context);
            await context.Response.WriteAsync(" and end");
        });
    });

    private static async Task BeginAsync(HttpContext context)
    {
        await context.Response.WriteAsync("begin");
        await context.Response.Body.FlushAsync();
    }
}
