using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Causeway.Gateway.Tests.Files;

/// <summary>A page with its peer and its access to files: what it asks over HTTP, with its header or with its browser's cookie.</summary>
internal sealed class HttpPage : IDisposable
{
    private readonly TestGateway _gateway;
    private readonly HttpClient _client;

    private HttpPage(TestGateway gateway, TestPage page, CookieContainer cookies, string token)
    {
        (_gateway, Page, Token) = (gateway, page, token);
        _client = new HttpClient(new SocketsHttpHandler { CookieContainer = cookies, AllowAutoRedirect = false }) { Timeout = TestPage.Patience };
    }

    public TestPage Page { get; }

    public string Token { get; }

    public static async Task<HttpPage> OpenAsync(TestGateway gateway, string? key = null, CookieContainer? cookies = null)
    {
        cookies ??= new CookieContainer();
        var page = await gateway.ConnectAsync(o => o.Cookies = cookies);
        await page.CreatePeerAsync(key);
        var access = await page.RequestAsync("fileaccess");
        return new HttpPage(gateway, page, cookies, access.GetProperty("token").GetString()!);
    }

    /// <summary>Asks with the page's header.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
        => SendAsync(method, path, content, Token, headers);

    /// <summary>Asks as an image or a link does: with the cookie alone.</summary>
    public Task<HttpResponseMessage> LinkAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, null, headers);

    public async Task<JsonElement> JsonAsync(HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(method, path, content, headers);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {(int)response.StatusCode} {body}");
        return JsonDocument.Parse(body).RootElement;
    }

    public Task<JsonElement> PutAsync(string path, string text) => JsonAsync(HttpMethod.Put, path, Text(text));

    public static HttpContent Text(string text) => new ByteArrayContent(Encoding.UTF8.GetBytes(text)) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };

    public void Dispose() => _client.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, string? token, (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, _gateway.Http(path)) { Content = content };
        if (token is not null) request.Headers.Add("Causeway-Page", token);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }
}
