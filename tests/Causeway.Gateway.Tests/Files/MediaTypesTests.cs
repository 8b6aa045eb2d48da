using System.Text;
using Causeway.Gateway.Files;

namespace Causeway.Gateway.Tests.Files;

/// <summary>What kind of file something is.</summary>
public sealed class MediaTypesTests
{
    [Theory]
    [InlineData("a.txt", "text/plain; charset=utf-8")]
    [InlineData("a.HTML", "text/html; charset=utf-8")]
    [InlineData("a.png", "image/png")]
    [InlineData("a.svg", "image/svg+xml")]
    [InlineData("a.json", "application/json")]
    [InlineData("a.mp4", "video/mp4")]
    [InlineData("README", null)]
    [InlineData("a.unheardof", null)]
    public void A_name_tells_by_its_extension(string name, string? type) => Assert.Equal(type, MediaTypes.OfName(name));

    [Fact]
    public void A_content_tells_by_its_beginning()
    {
        Assert.Equal("image/png", MediaTypes.OfContent([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0]));
        Assert.Equal("image/jpeg", MediaTypes.OfContent([0xFF, 0xD8, 0xFF, 0xE0]));
        Assert.Equal("image/webp", MediaTypes.OfContent("RIFF\0\0\0\0WEBPVP8 "u8));
        Assert.Equal("video/mp4", MediaTypes.OfContent("\0\0\0\u0018ftypisom"u8));
        Assert.Equal("application/pdf", MediaTypes.OfContent("%PDF-1.7"u8));
        Assert.Equal("text/plain; charset=utf-8", MediaTypes.OfContent("Grüße\n"u8));
        Assert.Equal("text/plain; charset=utf-8", MediaTypes.OfContent([]));
        Assert.Equal("application/octet-stream", MediaTypes.OfContent([0, 1, 2]));
        Assert.Equal("application/octet-stream", MediaTypes.OfContent([0xC3]));
    }

    [Fact]
    public void What_browsers_would_run_is_text_unless_its_name_says_so()
    {
        foreach (var active in new[] { "<!DOCTYPE html><script>alert(1)</script>", "<svg onload=alert(1)>", "<?xml version=\"1.0\"?>", "alert(1)" })
            Assert.Equal("text/plain; charset=utf-8", MediaTypes.OfContent(Encoding.UTF8.GetBytes(active)));
    }

    [Fact]
    public void A_character_that_is_cut_at_the_end_of_the_beginning_is_still_text()
    {
        var text = Encoding.UTF8.GetBytes("x" + new string('ü', MediaTypes.SniffLength));
        Assert.Equal("text/plain; charset=utf-8", MediaTypes.OfContent(text.AsSpan(0, MediaTypes.SniffLength)));
    }

    [Fact]
    public void Any_beginning_has_a_type()
    {
        var random = new Random(20261120);
        var bytes = new byte[MediaTypes.SniffLength];
        for (var i = 0; i < Soak.Count(10_000, 1_000_000); i++)
        {
            random.NextBytes(bytes);
            Assert.NotEmpty(MediaTypes.OfContent(bytes.AsSpan(0, random.Next(bytes.Length))));
        }
    }
}
