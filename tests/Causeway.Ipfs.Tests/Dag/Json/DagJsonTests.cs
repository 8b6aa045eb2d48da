using Causeway.Ipfs.Dag;
using Causeway.Ipfs.Dag.Json;

namespace Causeway.Ipfs.Tests.Dag.Json;

public sealed class DagJsonTests
{
    [Theory]
    [InlineData(" { \"b\" : 1 , \"a\" : [ ] }\n", """{"a":[],"b":1}""")]
    [InlineData("-0", "0")]
    [InlineData("-0.0", "-0.0")]
    [InlineData("1e2", "100.0")]
    [InlineData("1E400000000000000000000000000000", null)]
    [InlineData("1e400", null)]
    [InlineData("1.50", "1.5")]
    [InlineData("123456789012345678901.0", "123456789012345680000.0")]
    [InlineData("18446744073709551615", "18446744073709551615")]
    [InlineData("18446744073709551616", null)]
    [InlineData("-18446744073709551616", "-18446744073709551616")]
    [InlineData("-18446744073709551617", null)]
    [InlineData("\"\\u0041\\/\\ud83d\\ude00\\u007f\\u001f\\n\\\"\"", "\"A/😀\u007f\\u001f\\n\\\"\"")]
    [InlineData("\"\\ud83d\"", null)]
    [InlineData("""{"/":{"bytes":"AQ"}}""", """{"/":{"bytes":"AQ"}}""")]
    [InlineData("""{"/":{"bytes":""}}""", """{"/":{"bytes":""}}""")]
    [InlineData("""{"/":{"bytes":"AQ=="}}""", null)]
    [InlineData("""{"/":{"bytes":"AR"}}""", null)]
    [InlineData("4829866201537600000.0", "4829866201537600000.0")]
    [InlineData("""{"/":{"bytes":"A"}}""", null)]
    [InlineData("""{"/":"bafkqabiaaebagba"}""", """{"/":"bafkqabiaaebagba"}""")]
    [InlineData("""{"/":"f015500050001020304"}""", null)]
    [InlineData("""{"/":"BAFKQABIAAEBAGBA"}""", null)]
    [InlineData("""{"/":"QmRgutAxd8t7oGkSm4wmeuByG6M51wcTso6cubDdQtuEfL"}""", """{"/":"QmRgutAxd8t7oGkSm4wmeuByG6M51wcTso6cubDdQtuEfL"}""")]
    [InlineData("""{"/":"foo","bar":"baz"}""", null)]
    [InlineData("""{"/":true,"bar":"baz"}""", """{"/":true,"bar":"baz"}""")]
    [InlineData("""{"/":{"bytes":"foo","bar":"baz"}}""", null)]
    [InlineData("""{"/":{"abar":"baz","bytes":"foo"}}""", """{"/":{"abar":"baz","bytes":"foo"}}""")]
    [InlineData("""{"/":{"bytes":true},"bar":"baz"}""", """{"/":{"bytes":true},"bar":"baz"}""")]
    [InlineData("""{"/":{"bytes":"AQIDBA"},"bar":"baz"}""", null)]
    [InlineData("""{"!":"baz","/":"foo"}""", """{"!":"baz","/":"foo"}""")]
    [InlineData("""{"/":{}}""", """{"/":{}}""")]
    [InlineData("""{"/":null}""", """{"/":null}""")]
    [InlineData("""{"a":1,"\u0061":2}""", null)]
    [InlineData("[1,]", null)]
    [InlineData("[1] 2", null)]
    [InlineData("/**/1", null)]
    [InlineData("", null)]
    [InlineData("NaN", null)]
    [InlineData("01", null)]
    public void Text_is_read_and_written_in_its_one_form_or_refused(string text, string? form)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        var isRead = DagJson.TryDecode(bytes, out var value, out var problem);
        Assert.Equal(form, isRead ? value!.ToString() : null);
        Assert.Equal(isRead, problem is null);
        if (!isRead) Assert.Equal(IpfsError.Malformed, Assert.Throws<IpfsException>(() => DagJson.Decode(bytes)).Error);
    }

    [Theory]
    [InlineData("22ff22")]
    [InlineData("7b22ff223a317d")]
    public void Text_that_is_not_UTF_8_is_refused(string hex) => Assert.False(DagJson.TryDecode(Convert.FromHexString(hex), out _, out _));

    [Fact]
    public void Maps_that_would_be_read_as_something_else_are_not_written()
    {
        IpldValue[] reserved =
        [
            IpldMap.Of(("/", "a")),
            IpldMap.Of(("/", "a"), ("b", 1)),
            IpldMap.Of(("/", IpldMap.Of(("bytes", "AQ")))),
            IpldMap.Of(("/", IpldMap.Of(("bytes", "AQ"), ("c", 1)))),
            IpldMap.Of(("x", IpldList.Of(IpldMap.Of(("/", "a"))))),
        ];
        Assert.All(reserved, static value => Assert.Equal(IpfsError.NotSupported, Assert.Throws<IpfsException>(() => DagJson.Encode(value)).Error));
    }

    [Fact]
    public void Lists_and_maps_within_one_another_are_read_to_their_limit_and_no_deeper()
    {
        const string Link = """{"/":"bafkqabiaaebagba"}""";
        const string Bytes = """{"/":{"bytes":"AQ"}}""";
        foreach (var inner in new[] { Link, Bytes, "1" })
        {
            var deepest = new string('[', IpldValue.MaxDepth) + inner + new string(']', IpldValue.MaxDepth);
            Assert.Equal(deepest, DagJson.Parse(deepest).ToString());
            Assert.Throws<IpfsException>(() => DagJson.Parse($"[{deepest}]"));
            Assert.Throws<IpfsException>(() => DagJson.Parse($"{{\"a\":{deepest}}}"));
        }
    }

    [Fact]
    public void Floats_are_read_as_they_were_written()
    {
        var random = new Random(8);
        for (var i = 0; i < Soak.Count(20_000, 1_000_000); i++)
        {
            var number = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            if (!double.IsFinite(number)) continue;
            IpldValue value = i % 2 == 0 ? number : Math.Round((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-10, 24)), random.Next(10));
            Assert.Equal(value, DagJson.Parse(value.ToString()));
        }
    }
}
