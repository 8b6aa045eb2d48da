using System.Text;
using Causeway.Testing;
using Xunit;

namespace Causeway.Multiformats.Tests.Bases;

/// <summary>The conformance files of multiformats/multibase.</summary>
public sealed class MultibaseVectorTests
{
    [Theory]
    [InlineData("basic.csv")]
    [InlineData("leading_zero.csv")]
    [InlineData("two_leading_zeros.csv")]
    public void Every_encoding_writes_and_reads_the_example(string file)
    {
        var (bytes, rows) = Read(file);
        Assert.Equal(Enum.GetValues<MultibaseEncoding>().Length - 1, rows.Count);
        foreach (var (encoding, text) in rows)
        {
            Assert.Equal(text, Multibase.Encode(bytes, encoding));
            Assert.Equal(bytes, Multibase.Decode(text, out var found));
            Assert.Equal(encoding, found);
        }
    }

    [Fact]
    public void Letter_case_is_free_where_the_specification_says_so()
    {
        var (bytes, rows) = Read("case_insensitivity.csv");
        Assert.NotEmpty(rows);
        foreach (var (encoding, text) in rows)
        {
            Assert.Equal(bytes, Multibase.Decode(text, out var found));
            Assert.Equal(encoding, found);
        }
    }

    private static (byte[] Bytes, List<(MultibaseEncoding Encoding, string Text)> Rows) Read(string file)
    {
        var lines = File.ReadAllLines(Vectors.Locate($"multiformats/{file}"));
        var example = Unquote(lines[0]).Replace("\\x00", "\0", StringComparison.Ordinal);
        var rows = lines[1..].Where(line => line.Length > 0)
            .Select(line => (Enum.Parse<MultibaseEncoding>(line.Split(',')[0], ignoreCase: true), Unquote(line)))
            .ToList();
        return (Encoding.ASCII.GetBytes(example), rows);
    }

    private static string Unquote(string line) => line[(line.IndexOf('"') + 1)..line.LastIndexOf('"')];
}
