using Causeway.Gateway.Files;

namespace Causeway.Gateway.Tests.Files;

/// <summary>What is a path in a tree.</summary>
public sealed class FilePathTests
{
    [Theory]
    [InlineData("a", "a")]
    [InlineData("/a/b", "a/b")]
    [InlineData("a/b/", "a/b")]
    [InlineData("Grüße/ü 😀.txt", "Grüße/ü 😀.txt")]
    [InlineData("...", "...")]
    [InlineData("a\\..\\b", "a\\..\\b")]
    public void A_path_is_names_with_slashes_between_them(string path, string normal) => Assert.Equal(normal, FilePath.Normalize(path, 64));

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("//a")]
    [InlineData("a//b")]
    [InlineData(".")]
    [InlineData("a/./b")]
    [InlineData("../a")]
    [InlineData("a/..")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("a\u0085b")]
    public void Everything_else_is_none(string path) => Assert.False(FilePath.TryNormalize(path, 64, out _, out _));

    [Fact]
    public void Half_a_surrogate_pair_is_no_name_and_neither_is_one_of_more_than_255_bytes()
    {
        Assert.False(FilePath.IsName("a\ud800b"));
        Assert.True(FilePath.IsName(new string('x', 255)));
        Assert.False(FilePath.IsName(new string('x', 256)));
        Assert.True(FilePath.IsName(new string('ü', 127)));
        Assert.False(FilePath.IsName(new string('ü', 128)));
    }

    [Fact]
    public void Depth_is_bounded()
    {
        Assert.True(FilePath.TryNormalize("a/b/c", 3, out _, out _));
        Assert.False(FilePath.TryNormalize("a/b/c/d", 3, out _, out _));
    }
}
