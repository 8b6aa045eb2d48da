using Causeway.Apps.Building;

namespace Causeway.Apps.Tests.Building;

/// <summary>Patterns for paths.</summary>
public sealed class PathPatternTests
{
    [Theory]
    [InlineData("a.js", "a.js", true)]
    [InlineData("a.js", "b.js", false)]
    [InlineData("./a.js", "a.js", true)]
    [InlineData("*.js", "a.js", true)]
    [InlineData("*.js", "x/a.js", false)]
    [InlineData("x/*.js", "x/a.js", true)]
    [InlineData("?.js", "a.js", true)]
    [InlineData("?.js", "ab.js", false)]
    [InlineData("client.*", "client.d.ts", true)]
    [InlineData("**", "x/y/z", true)]
    [InlineData("**/*.js", "a.js", true)]
    [InlineData("**/*.js", "x/y/a.js", true)]
    [InlineData("x/**/z", "x/z", true)]
    [InlineData("x/**/z", "x/y/y/z", true)]
    [InlineData("x/**/z", "y/z", false)]
    [InlineData("*", "", true)]
    public void Patterns_match_as_in_a_shell(string pattern, string path, bool matches) => Assert.Equal(matches, new PathPattern(pattern).Matches(path));

    [Fact]
    public void No_pattern_takes_long()
        => Assert.False(new PathPattern(string.Concat(Enumerable.Repeat("a*", 200)) + "b").Matches(new string('a', 1000)));
}
