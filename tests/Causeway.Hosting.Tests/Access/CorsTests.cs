using System.Net;
using Causeway.Hosting.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Causeway.Hosting.Tests.Access;

/// <summary>Pages of other origins.</summary>
public sealed class CorsTests
{
    private const string Origin = "https://www.example.org";

    [Fact]
    public async Task The_page_of_the_origin_may_read()
    {
        await using var server = await StartAsync(new CorsOptions { Origin = Origin });
        using var answer = await server.Client.SendAsync(Request(HttpMethod.Get, Origin));
        Assert.Equal("hello", await answer.Content.ReadAsStringAsync());
        Assert.Equal(Origin, Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Equal("Origin", Assert.Single(answer.Headers.Vary));
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("https://www.example.org.evil.example")]
    [InlineData("http://www.example.org")]
    [InlineData("null")]
    [InlineData(null)]
    public async Task Others_may_not_and_caches_are_told(string? origin)
    {
        await using var server = await StartAsync(new CorsOptions { Origin = Origin });
        using var answer = await server.Client.SendAsync(Request(HttpMethod.Get, origin));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.Equal("Origin", Assert.Single(answer.Headers.Vary));
    }

    [Fact]
    public async Task All_pages_may_read_what_is_for_all()
    {
        await using var server = await StartAsync(new CorsOptions { Origin = "*" });
        using var answer = await server.Client.SendAsync(Request(HttpMethod.Get, "https://any.example"));
        Assert.Equal("*", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    [Fact]
    public async Task A_browser_that_asks_is_told_methods_and_headers()
    {
        await using var server = await StartAsync(new CorsOptions { Origin = Origin, Methods = ["PUT", "DELETE"], Headers = ["Content-Type"] });
        using var question = Request(HttpMethod.Options, Origin);
        question.Headers.Add("Access-Control-Request-Method", "PUT");
        using var answer = await server.Client.SendAsync(question);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal("PUT, DELETE", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Methods")));
        Assert.Equal("Content-Type", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Headers")));

        using var stranger = Request(HttpMethod.Options, "https://evil.example");
        stranger.Headers.Add("Access-Control-Request-Method", "PUT");
        using var refusal = await server.Client.SendAsync(stranger);
        Assert.False(refusal.Headers.Contains("Access-Control-Allow-Methods"));
    }

    private static Task<TestServer> StartAsync(CorsOptions options) => TestServer.StartAsync(app =>
    {
        app.UseCrossOrigin(options);
        app.Run(context => context.Response.WriteAsync("hello"));
    });

    private static HttpRequestMessage Request(HttpMethod method, string? origin)
    {
        var request = new HttpRequestMessage(method, "/");
        if (origin is not null) request.Headers.Add("Origin", origin);
        return request;
    }
}
