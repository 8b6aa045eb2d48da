using Causeway.Apps.Bundles;
using Causeway.Apps.Sites;
using Causeway.Hosting.Lifecycle;

namespace Causeway.Apps.Tests.Sites;

/// <summary>Sites in folders and in bundles.</summary>
public sealed class AppSiteTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "causeway.toml", false)]
    [InlineData("", "causeway.toml", true)]
    [InlineData("", "config/causeway.toml", true)]
    [InlineData("html/", "p2p-webapp.toml", false)]
    [InlineData("html/", "config/p2p-webapp.toml", false)]
    [InlineData("html/", "config/p2p-webapp.toml", true)]
    public void Both_layouts_are_found_and_the_configuration_is_not_served(string place, string configuration, bool isBundle)
    {
        _folder.Write($"site/{place}index.html", "page");
        _folder.Write($"site/{place}a/b.js", "script");
        _folder.Write($"site/{configuration}", "[p2p]\nfileUpdateNotifyTopic = \"files\"\n");
        using var site = Open(isBundle);
        Assert.Equal("files", site.Configuration.NotifyTopic);
        Assert.True(site.Files.GetFileInfo("/index.html").Exists);
        Assert.True(site.Files.GetFileInfo("/a/b.js").Exists);
        foreach (var path in new[] { configuration, "/" + configuration, "//" + configuration, "/./" + configuration }) Assert.False(site.Files.GetFileInfo(path).Exists, path);
        Assert.False(site.Files.GetFileInfo("/../site/html/index.html").Exists);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_page_of_another_name_is_found(bool isBundle)
    {
        _folder.Write("site/home.html", "page");
        _folder.Write("site/causeway.toml", "files.indexFile = \"home.html\"");
        using var site = Open(isBundle);
        Assert.Equal("home.html", site.Configuration.IndexFile);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Mistakes_in_the_configuration_name_its_file(bool isBundle)
    {
        _folder.Write("site/index.html", "page");
        _folder.Write("site/config/causeway.toml", "\nserver.port = true");
        Assert.Contains("config/causeway.toml, line 2: server.port", Assert.Throws<UserErrorException>(() => Open(isBundle)).Message);
        _folder.Write("site/config/causeway.toml", [0xff]);
        Assert.Contains("UTF-8", Assert.Throws<UserErrorException>(() => Open(isBundle)).Message);
    }

    [Fact]
    public void What_is_no_site_is_explained()
    {
        Assert.Contains("no folder or bundle", Assert.Throws<UserErrorException>(() => AppSite.Open(_folder["nowhere"])).Message);
        Assert.Contains("is no bundle", Assert.Throws<UserErrorException>(() => AppSite.Open(_folder.Write("file"))).Message);
        _folder.Write("site/readme.txt");
        Assert.Contains("index.html", Assert.Throws<UserErrorException>(() => Open(isBundle: false)).Message);
        Assert.Contains("index.html", Assert.Throws<UserErrorException>(() => Open(isBundle: true)).Message);
    }

    private AppSite Open(bool isBundle)
    {
        if (!isBundle) return AppSite.Open(_folder["site"]);
        var files = Directory.GetFiles(_folder["site"], "*", SearchOption.AllDirectories).Select(f => new BundleSource(Path.GetRelativePath(_folder["site"], f).Replace('\\', '/'), f));
        BundleWriter.Write(_folder.Write("base"), files, _folder["app"]);
        return AppSite.Open(_folder["app"]);
    }
}
