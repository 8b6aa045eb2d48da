using System.Net;
using Causeway.Hosting.Sites;

namespace Causeway.Hosting.Tests.Sites;

/// <summary>A site in an assembly's resources.</summary>
public sealed class EmbeddedSiteTests
{
    [Fact]
    public async Task Resources_are_served_by_their_paths()
    {
        var site = new EmbeddedSite(typeof(EmbeddedSiteTests).Assembly, "site/");
        Assert.False(site.IsEmpty);
        await using var server = await TestServer.StartAsync(app => app.UseSite(new SiteOptions { Files = site }));
        Assert.Equal("<!doctype html>embedded\n", await server.Client.GetStringAsync(new Uri("/", UriKind.Relative)));
        Assert.Equal("export {};\n", await server.Client.GetStringAsync(new Uri("/scripts/deep.file.js", UriKind.Relative)));
        var response = await server.Client.GetAsync(new Uri("/scripts/other.js", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.IfNoneMatch.Add((await server.Client.GetAsync(new Uri("/", UriKind.Relative))).Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await server.Client.SendAsync(request)).StatusCode);
    }

    [Fact]
    public void An_assembly_without_such_resources_has_an_empty_site()
        => Assert.True(new EmbeddedSite(typeof(EmbeddedSiteTests).Assembly, "nothing/").IsEmpty);
}
