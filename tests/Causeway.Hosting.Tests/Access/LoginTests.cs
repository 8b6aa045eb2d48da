using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Causeway.Hosting.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Causeway.Hosting.Tests.Access;

/// <summary>A site behind a launch token.</summary>
public sealed class LoginTests : IAsyncLifetime
{
    private readonly LaunchToken _token = LaunchToken.Create();
    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(app =>
    {
        app.UseLogin(_token, new OriginPolicy());
        app.Run(context => context.Response.WriteAsync("secret"));
    });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_browser_gets_a_page_to_log_in_that_may_run_only_its_own_script()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/rooms/42") { Headers = { { "Accept", "text/html,*/*;q=0.8" } } };
        using var response = await _server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.True(response.Headers.CacheControl!.NoStore);
        var page = await response.Content.ReadAsStringAsync();
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; ", policy);
        Assert.Contains($"script-src 'sha256-{HashOf(page, "script")}';", policy);
        Assert.Contains($"style-src 'sha256-{HashOf(page, "style")}';", policy);
        Assert.DoesNotContain("unsafe", policy);
    }

    [Fact]
    public async Task Everything_else_is_refused_without_the_token_also_with_the_token_in_the_query()
    {
        using var response = await _server.Client.GetAsync(new Uri($"/app.js?token={_token.Value}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.DoesNotContain("secret", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_right_token_sets_a_cookie_that_opens_the_site()
    {
        using var login = await LogInAsync(_token.Value, $"http://127.0.0.1:{_server.Port}");
        Assert.Equal(HttpStatusCode.NoContent, login.StatusCode);
        var cookie = Assert.Single(login.Headers.GetValues("Set-Cookie"));
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("secret", await _server.Client.GetStringAsync(new Uri("/", UriKind.Relative)));

        // With the cookie a login needs no token: a link from another site leads to the login page, since the cookie is not sent then.
        using var again = await LogInAsync("", null);
        Assert.Equal(HttpStatusCode.NoContent, again.StatusCode);
    }

    [Theory]
    [InlineData("", null, HttpStatusCode.Unauthorized)]
    [InlineData("wrong", null, HttpStatusCode.Unauthorized)]
    [InlineData(null, "http://evil.example", HttpStatusCode.Forbidden)]
    public async Task A_wrong_token_and_a_foreign_origin_set_no_cookie(string? token, string? origin, HttpStatusCode expected)
    {
        using var response = await LogInAsync(token ?? _token.Value, origin);
        Assert.Equal(expected, response.StatusCode);
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task A_body_that_is_too_long_to_be_a_token_is_refused()
    {
        using var response = await LogInAsync(_token.Value + new string(' ', 2000), null);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task A_program_shows_the_token_as_a_bearer_token()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Authorization = new("Bearer", _token.Value) } };
        using var response = await _server.Client.SendAsync(request);
        Assert.Equal("secret", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public void The_address_to_open_has_the_token_in_its_fragment()
        => Assert.Equal("http://localhost:10000/#token=a%2Fb%2Bc", new LaunchToken("a/b+c").AddTo(new Uri("http://localhost:10000/")).AbsoluteUri);

    private Task<HttpResponseMessage> LogInAsync(string token, string? origin)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/login") { Content = new StringContent(token) };
        if (origin is not null) request.Headers.Add("Origin", origin);
        return _server.Client.SendAsync(request);
    }

    private static string HashOf(string page, string element)
    {
        var text = Regex.Match(page, $"<{element}>(?<text>.*)</{element}>", RegexOptions.Singleline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)).Groups["text"].Value;
        return Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
