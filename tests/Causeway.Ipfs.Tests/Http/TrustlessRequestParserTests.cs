using Causeway.Ipfs.Http;

namespace Causeway.Ipfs.Tests.Http;

public sealed class TrustlessRequestParserTests
{
    private const string Cid = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";

    [Theory]
    [InlineData("?format=raw", null, false, false, DagScope.All)]
    [InlineData("", "application/vnd.ipld.raw", false, false, DagScope.All)]
    [InlineData("?format=car", null, true, false, DagScope.All)]
    [InlineData("", "application/vnd.ipld.car", true, false, DagScope.All)]
    [InlineData("", "application/vnd.ipld.car; version=1; order=dfs; dups=y", true, true, DagScope.All)]
    [InlineData("", "application/vnd.ipld.car;order=unk;dups=n", true, false, DagScope.All)]
    [InlineData("", "APPLICATION/VND.IPLD.CAR;DUPS=y", true, true, DagScope.All)]
    [InlineData("", "application/vnd.ipld.car;order=foo, application/vnd.ipld.car;order=dfs;dups=y;q=0.5", true, true, DagScope.All)]
    [InlineData("", "application/vnd.ipld.raw;q=0.5, application/vnd.ipld.car", true, false, DagScope.All)]
    [InlineData("", "application/vnd.ipld.car;q=0, */*;q=0.1, application/vnd.ipld.raw;q=0.2", false, false, DagScope.All)]
    [InlineData("?format=car", "application/vnd.ipld.raw", true, false, DagScope.All)]
    [InlineData("?format=car", "application/vnd.ipld.car;dups=y", true, true, DagScope.All)]
    [InlineData("?format=car&car-dups=n", "application/vnd.ipld.car;dups=y", true, false, DagScope.All)]
    [InlineData("?format=car&car-dups=y&car-order=dfs&car-version=1", null, true, true, DagScope.All)]
    [InlineData("?format=car&dag-scope=all", null, true, false, DagScope.All)]
    [InlineData("?format=car&dag-scope=entity", null, true, false, DagScope.Entity)]
    [InlineData("?format=car&dag-scope=block", null, true, false, DagScope.Block)]
    [InlineData("?format=car&entity-bytes=0:*", null, true, false, DagScope.Entity)]
    public void What_is_wanted_is_said_by_the_query_or_the_header(string query, string? accept, bool isCar, bool repeats, DagScope scope)
    {
        var request = Parse($"/ipfs/{Cid}", query, accept);
        Assert.Equal((Cid, isCar, repeats, scope), (request.Root.ToString(), request.IsCar, request.Repeats, request.Scope));
        Assert.Equal(query.Contains("format=", StringComparison.Ordinal), request.ContentLocation is null);
    }

    [Theory]
    [InlineData("/ipfs/", "?format=raw", null, 400)]
    [InlineData("/ipfs/foo", "?format=raw", null, 400)]
    [InlineData("/ipfs/" + Cid + "/\u00e4", "?format=car", null, 400)]
    [InlineData("/ipfs/" + Cid + "/a\r\nSet-Cookie: b", "?format=car", null, 400)]
    [InlineData("/ipfs/" + Cid + "/a b", "?format=car", null, 400)]
    [InlineData("/ipfs/" + Cid, "", null, 400)]
    [InlineData("/ipfs/" + Cid, "", "*/*", 400)]
    [InlineData("/ipfs/" + Cid, "", "text/html, */*;q=0.8", 406)]
    [InlineData("/ipfs/" + Cid, "?format=tar", null, 406)]
    [InlineData("/ipfs/" + Cid, "?format=dag-json", "application/vnd.ipld.raw", 406)]
    [InlineData("/ipfs/" + Cid, "?format=ipns-record", null, 400)]
    [InlineData("/ipfs/" + Cid, "", "application/vnd.ipld.car;order=foo", 406)]
    [InlineData("/ipfs/" + Cid, "", "application/vnd.ipld.car;version=2", 406)]
    [InlineData("/ipfs/" + Cid, "?format=car&car-version=2", null, 406)]
    [InlineData("/ipfs/" + Cid, "?format=car&car-order=bfs", null, 406)]
    [InlineData("/ipfs/" + Cid, "?format=car&car-dups=maybe", null, 406)]
    [InlineData("/ipfs/" + Cid, "?format=car&dag-scope=some", null, 400)]
    [InlineData("/ipfs/" + Cid, "?format=car&entity-bytes=1", null, 400)]
    [InlineData("/ipfs/" + Cid + "/a", "?format=raw", null, 400)]
    [InlineData("/ipfs/bagaaierasords4njcts6vs7qvdjfcvgnume4hqohf65zsfguprqphs3icwea", "?format=car", null, 200)]
    [InlineData("/ipfs/bafybgqcd", "?format=raw", null, 400)]
    [InlineData("/ipns/" + Cid, "?format=raw", null, 404)]
    public void What_cannot_be_had_is_refused_with_the_reason(string path, string query, string? accept, int status)
    {
        if (status == 200)
        {
            Assert.True(Parse(path, query, accept).IsCar);
            return;
        }

        Assert.Equal(status, Assert.Throws<TrustlessRefusal>(() => Parse(path, query, accept)).Status);
    }

    [Fact]
    public void Names_of_a_path_are_unescaped_one_by_one()
    {
        Assert.Equal(["a b", "c/d", "é", ".."], Parse($"/ipfs/{Cid}/a%20b//c%2Fd/%C3%A9/../", "?format=car", null).Path);
        Assert.Throws<TrustlessRefusal>(() => Parse($"/ipfs/{Cid}{string.Concat(Enumerable.Repeat("/a", 300))}", "?format=car", null));
    }

    [Theory]
    [InlineData("0:*", 10, 0, 10)]
    [InlineData("0:0", 10, 0, 1)]
    [InlineData("2:5", 10, 2, 6)]
    [InlineData("2:50", 10, 2, 10)]
    [InlineData("-3:*", 10, 7, 10)]
    [InlineData("-30:*", 10, 0, 10)]
    [InlineData("4:-2", 10, 4, 9)]
    [InlineData("-5:-2", 10, 5, 9)]
    [InlineData("10:*", 10, -1, -1)]
    [InlineData("8:-5", 10, -1, -1)]
    [InlineData("0:-20", 10, -1, -1)]
    [InlineData("0:*", 0, -1, -1)]
    [InlineData("9223372036854775807:*", 10, -1, -1)]
    [InlineData("-9223372036854775807:9223372036854775807", 10, 0, 10)]
    public void A_range_is_what_the_file_has_of_it(string text, long size, long start, long end)
    {
        Assert.True(EntityRange.TryParse(text, out var range));
        Assert.Equal(text, range.ToString());
        Assert.Equal(start < 0 ? null : (start, end), range.Within(size));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData(":")]
    [InlineData("*:*")]
    [InlineData("5:2")]
    [InlineData("a:b")]
    [InlineData("+1:2")]
    [InlineData("0: 2")]
    [InlineData("0:9223372036854775808")]
    [InlineData("-9223372036854775808:*")]
    public void What_is_no_range_is_refused(string text) => Assert.False(EntityRange.TryParse(text, out _));

    [Fact]
    public void A_request_that_a_header_decided_names_the_URL_that_caches_can_tell_apart()
    {
        Assert.Equal($"/ipfs/{Cid}?format=raw", Parse($"/ipfs/{Cid}", "", "application/vnd.ipld.raw").ContentLocation);
        Assert.Equal(
            $"/ipfs/{Cid}/a?format=car&entity-bytes=0:9&car-version=1&car-order=dfs&car-dups=y",
            Parse($"/ipfs/{Cid}/a", "?entity-bytes=0:9", "application/vnd.ipld.car;dups=y").ContentLocation);
    }

    private static TrustlessRequest Parse(string path, string query, string? accept)
    {
        var parameters = query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(static part => part.Split('=')).ToDictionary(static part => part[0], static part => part[1]);
        return TrustlessRequestParser.Parse(path, parameters.GetValueOrDefault, accept);
    }
}
