using Causeway.Apps.Configuration;

namespace Causeway.Apps.Tests.Configuration;

/// <summary>The part of TOML that is read.</summary>
public sealed class TomlReaderTests
{
    [Fact]
    public void Tables_keys_and_values_are_read()
    {
        var entries = TomlReader.Read(
            """
            # a comment
            a = 1
            b.c = "text" # another
            [t]
            d = true
              [t . "u"]
            e = -1_000
            f = [ "x", # one
              'y\n',
            ]
            g = "\"\\\t\u00e9\U0001F600#"
            h = []
            i = ''
            """);
        Assert.Equal(["a", "b.c", "t.d", "t.u.e", "t.u.f", "t.u.g", "t.u.h", "t.u.i"], entries.Select(e => e.Key));
        Assert.Equal([2, 3, 5, 7, 8, 11, 12, 13], entries.Select(e => e.Line));
        Assert.Equal([1L, "text", true, -1000L], entries.Take(4).Select(e => e.Value));
        Assert.Equal(new List<object> { "x", "y\\n" }, entries[4].Value);
        Assert.Equal("\"\\\té😀#", entries[5].Value);
        Assert.Equal("", entries[7].Value);
    }

    [Fact]
    public void Lines_may_end_as_on_Windows_and_the_file_begin_with_a_mark()
        => Assert.Equal(["t.a", "t.b"], TomlReader.Read("\uFEFF[t]\r\na = 1\r\nb = \"x\"\r\n").Select(e => e.Key));

    [Theory]
    [InlineData(1, "a")]
    [InlineData(1, "a =")]
    [InlineData(1, "= 1")]
    [InlineData(1, "a = b")]
    [InlineData(1, "a = 1 2")]
    [InlineData(1, "a = 1.5")]
    [InlineData(1, "a = 01")]
    [InlineData(1, "a = 1__0")]
    [InlineData(1, "a = 99999999999999999999")]
    [InlineData(1, "a = 2026-01-01")]
    [InlineData(1, "a = {}")]
    [InlineData(1, "a = \"x")]
    [InlineData(1, "a = \"x\nb = 1")]
    [InlineData(1, "a = \"\"\"x\"\"\"")]
    [InlineData(1, "a = \"\\q\"")]
    [InlineData(1, "a = \"\\ud800\"")]
    [InlineData(1, "a = \"\u0001\"")]
    [InlineData(1, "a = [[1]]")]
    [InlineData(2, "a = [1\n2]")]
    [InlineData(2, "a = [1,\n")]
    [InlineData(2, "a = 1\na = 2")]
    [InlineData(2, "t.a = 1\nt.a = 2")]
    [InlineData(3, "[t]\n[u]\n[t]")]
    [InlineData(2, "\n[[t]]")]
    [InlineData(2, "\n[t")]
    [InlineData(2, "\n[t] a = 1")]
    [InlineData(2, "\n[]")]
    [InlineData(1, "\"a.b\" = 1")]
    [InlineData(1, "a = 1\0")]
    public void What_is_no_TOML_is_refused_with_its_line(int line, string text) => Assert.Equal(line, Assert.Throws<ConfigurationException>(() => TomlReader.Read(text)).Line);

    [Fact]
    public void Any_text_is_read_or_refused()
    {
        const string Alphabet = "[]=\"'#\n\r\t ,.\\{}ab1-_+:tue\0é\u0001";
        var random = new Random(1);
        for (var i = 0; i < Soak.Count(20_000, 1_000_000); i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(40)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            try
            {
                TomlReader.Read(text);
            }
            catch (ConfigurationException e)
            {
                Assert.InRange(e.Line, 1, text.Count(c => c == '\n') + 1);
            }
        }
    }

    [Fact]
    public void A_file_that_is_too_long_is_refused() => Assert.Throws<ConfigurationException>(() => TomlReader.Read(new string('\n', TomlReader.MaxLength + 1)));
}
