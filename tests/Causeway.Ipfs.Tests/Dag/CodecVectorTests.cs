using System.Text.Json;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Dag;
using Causeway.Ipfs.Dag.Cbor;
using Causeway.Ipfs.Dag.Json;
using Causeway.Ipfs.Dag.Pb;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Dag;

/// <summary>The fixtures of ipld/codec-fixtures: a folder holds the same value in several codecs, each file named by its CID.</summary>
public sealed class CodecVectorTests
{
    [Fact]
    public void Every_fixture_is_read_in_each_of_its_codecs_and_written_in_all_of_them_byte_for_byte()
    {
        var files = 0;
        foreach (var folder in Directory.GetDirectories(Vectors.Locate("ipld/fixtures")))
        {
            // JavaScript, which wrote them, has no floats without a fraction: the folder's floats are integers in the files.
            var blocks = Directory.GetFiles(folder).Select(static file => Block.Verify(Cid.Parse(Path.GetFileNameWithoutExtension(file)), File.ReadAllBytes(file))).ToArray();
            foreach (var source in blocks)
            {
                var value = Decode(source);
                foreach (var target in blocks) Assert.Equal(target.Cid, Block.Create(target.Cid.Codec, Encode(target.Cid.Codec, value)).Cid);
                Assert.Equal(value, Decode(blocks[0]));
                Assert.Equal(value.GetHashCode(), Decode(blocks[0]).GetHashCode());
                files++;
            }
        }

        Assert.InRange(files, 200, int.MaxValue);
    }

    [Fact]
    public void The_links_of_every_fixture_are_those_of_its_value()
    {
        var links = 0;
        foreach (var file in Directory.GetFiles(Vectors.Locate("ipld/fixtures"), "*", SearchOption.AllDirectories))
        {
            var block = new Block(Cid.Parse(Path.GetFileNameWithoutExtension(file)), File.ReadAllBytes(file));
            var found = DagLinks.Of(block);
            Assert.Equal(LinksWithin(Decode(block)).Order(StringComparer.Ordinal), found.Select(static cid => cid.ToString()).Order(StringComparer.Ordinal));
            links += found.Count;
        }

        Assert.InRange(links, 50, int.MaxValue);
    }

    [Theory]
    [InlineData("dag-cbor")]
    [InlineData("dag-json")]
    public void Keys_that_come_twice_are_refused(string codec)
    {
        foreach (var fixture in Fixtures($"ipld/negative-fixtures/{codec}/decode/duplicate-keys.json"))
        {
            var bytes = Convert.FromHexString(fixture.GetProperty("hex").GetString()!);
            Assert.False(codec == "dag-cbor" ? DagCbor.TryDecode(bytes, out _, out _) : DagJson.TryDecode(bytes, out _, out _));
        }
    }

    [Theory]
    [InlineData("basic-datamodel-kinds.json")]
    [InlineData("invalid-forms.json")]
    public void Values_that_are_no_DAG_PB_nodes_are_refused(string file)
    {
        foreach (var fixture in Fixtures($"ipld/negative-fixtures/dag-pb/encode/{file}"))
        {
            var value = DagJson.Parse(fixture.GetProperty("dag-json").GetRawText());
            Assert.Equal(IpfsError.Malformed, Assert.Throws<IpfsException>(() => DagPbValue.ToNode(value)).Error);
        }
    }

    private static JsonElement[] Fixtures(string path)
    {
        var fixtures = JsonDocument.Parse(File.ReadAllBytes(Vectors.Locate(path))).RootElement;
        Assert.NotEqual(0, fixtures.GetArrayLength());
        return [.. fixtures.EnumerateArray()];
    }

    private static IpldValue Decode(Block block) => block.Cid.Codec switch
    {
        Multicodec.DagCbor => DagCbor.Decode(block.Data),
        Multicodec.DagJson => DagJson.Decode(block.Data.Span),
        _ => DagPbValue.FromNode(DagPb.Decode(block.Data)),
    };

    private static byte[] Encode(Multicodec codec, IpldValue value) => codec switch
    {
        Multicodec.DagCbor => DagCbor.Encode(value),
        Multicodec.DagJson => DagJson.Encode(value),
        _ => DagPb.Encode(DagPbValue.ToNode(value)),
    };

    private static IEnumerable<string> LinksWithin(IpldValue value) => value switch
    {
        IpldLink link => [link.Value.ToString()],
        IpldList list => list.SelectMany(LinksWithin),
        IpldMap map => map.SelectMany(static entry => LinksWithin(entry.Value)),
        _ => [],
    };
}
