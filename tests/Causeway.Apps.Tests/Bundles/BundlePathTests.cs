using Causeway.Apps.Bundles;

namespace Causeway.Apps.Tests.Bundles;

/// <summary>Names of files in bundles.</summary>
public sealed class BundlePathTests
{
    [Theory]
    [InlineData("index.html")]
    [InlineData("html/assets/app.js")]
    [InlineData("größe/日本語.txt")]
    [InlineData(".well-known/x")]
    [InlineData("com10/console.txt")]
    [InlineData("a..b/c...d")]
    public void Plain_paths_are_fit(string path) => Assert.Null(BundlePath.Refuse(path));

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("//server/share")]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("a/..")]
    [InlineData("a/./b")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("a\\b")]
    [InlineData("..\\x")]
    [InlineData("C:x")]
    [InlineData("C:/x")]
    [InlineData("file:stream")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("a\u007f")]
    [InlineData("a?")]
    [InlineData("a*b")]
    [InlineData("a|b")]
    [InlineData("con")]
    [InlineData("CON.txt")]
    [InlineData("a/NUL")]
    [InlineData("a/com1.tar.gz")]
    [InlineData("lpt9/x")]
    [InlineData("nul .txt")]
    [InlineData("a./b")]
    [InlineData("a /b")]
    [InlineData("...")]
    public void Paths_that_mean_something_else_somewhere_are_refused(string path) => Assert.NotNull(BundlePath.Refuse(path));

    [Fact]
    public void Half_characters_are_refused() => Assert.Equal(["is no Unicode text", "is no Unicode text", null], new[] { "a\ud800", "\udc00b", "\ud83d\ude00" }.Select(BundlePath.Refuse));

    [Fact]
    public void Long_paths_are_refused()
    {
        Assert.Null(BundlePath.Refuse(new string('a', 255)));
        Assert.NotNull(BundlePath.Refuse(new string('a', 256)));
        Assert.NotNull(BundlePath.Refuse(string.Join('/', Enumerable.Repeat("0123456789", 100))));
    }
}
