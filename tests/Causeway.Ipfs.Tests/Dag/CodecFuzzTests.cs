using Causeway.Ipfs.Dag;
using Causeway.Ipfs.Dag.Cbor;
using Causeway.Ipfs.Dag.Json;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Dag;

public sealed class CodecFuzzTests
{
    private static readonly Cid Link = Cid.Parse("bafkqabiaaebagba");

    private static readonly IpldValue[] Values =
    [
        IpldMap.Of(("id", "log"), ("next", IpldList.Of("zdpu", Link)), ("clock", IpldMap.Of(("id", "03"), ("time", 300))), ("sig", new byte[] { 1, 2 })),
        IpldList.Of(1, -1, 24, 1000, ulong.MaxValue, long.MinValue, 1.5, -0.0, 1e-9, true, false, null, "é\"\n", Link),
        IpldMap.Of(("/", IpldMap.Of(("bytes", 1))), ("é", IpldList.Of(IpldList.Of(IpldMap.Empty)))),
        "text",
    ];

    private static readonly byte[][] CborSamples = [.. Values.Select(DagCbor.Encode)];
    private static readonly byte[][] JsonSamples = [.. Values.Select(DagJson.Encode)];

    private static int Runs => Soak.Count(40_000, 1_000_000);

    [Fact]
    public void DAG_CBOR_that_is_accepted_is_written_back_byte_for_byte_and_its_links_are_found()
    {
        var mutator = new Mutator(41);
        var accepted = 0;
        for (var i = 0; i < Runs; i++)
        {
            var input = mutator.Next(CborSamples).ToArray();
            var areFound = CborLinks.TryFind(input, out var links, out var reason);
            Assert.Equal(areFound, reason is null);
            if (!DagCbor.TryDecode(input, out var value, out var problem))
            {
                Assert.NotNull(problem);
                continue;
            }

            accepted++;
            Assert.True(areFound);
            Assert.Equal(LinksWithin(value), links!);
            Assert.Equal(input, DagCbor.Encode(value));
        }

        Assert.InRange(accepted, 100, int.MaxValue);
    }

    [Fact]
    public void DAG_JSON_that_is_accepted_is_the_same_value_when_it_is_written_and_read_again()
    {
        var mutator = new Mutator(42);
        var accepted = 0;
        for (var i = 0; i < Runs; i++)
        {
            var input = mutator.Next(JsonSamples).ToArray();
            var areFound = JsonLinks.TryFind(input, out var links, out _);
            if (!DagJson.TryDecode(input, out var value, out var problem))
            {
                Assert.NotNull(problem);
                continue;
            }

            accepted++;
            Assert.True(areFound);
            Assert.Equal(LinksWithin(value).Count(), links!.Count);
            Assert.Equal(value, DagCbor.Decode(DagCbor.Encode(value)));

            // Maps whose mark is not their first key as they were read, but is as they would be written, have no form.
            if (DagJson.TryEncode(value, out var written, out _)) Assert.Equal(value, DagJson.Decode(written));
        }

        Assert.InRange(accepted, 100, int.MaxValue);
    }

    private static IEnumerable<Cid> LinksWithin(IpldValue value) => value switch
    {
        IpldLink link => [link.Value],
        IpldList list => list.SelectMany(LinksWithin),
        IpldMap map => map.SelectMany(static entry => LinksWithin(entry.Value)),
        _ => [],
    };
}
