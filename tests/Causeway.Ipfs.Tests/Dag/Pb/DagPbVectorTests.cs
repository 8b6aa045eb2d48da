using System.Text.Json;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Dag.Pb;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Dag.Pb;

/// <summary>The fixtures of ipld/codec-fixtures.</summary>
public sealed class DagPbVectorTests
{
    [Fact]
    public void Every_fixture_is_read_and_written_back_byte_for_byte()
    {
        var files = Directory.GetFiles(Vectors.Locate("ipld/fixtures"), "*.dag-pb", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var bytes = File.ReadAllBytes(file);
            var cid = Cid.Parse(Path.GetFileNameWithoutExtension(file));
            Assert.Equal(bytes, DagPb.Encode(DagPb.Decode(Block.Verify(cid, bytes).Data)));
        }
    }

    [Fact]
    public void Every_negative_fixture_is_refused()
    {
        using var fixtures = JsonDocument.Parse(File.ReadAllBytes(Vectors.Locate("ipld/negative-fixtures/dag-pb/decode/edges.json")));
        Assert.NotEqual(0, fixtures.RootElement.GetArrayLength());
        foreach (var fixture in fixtures.RootElement.EnumerateArray())
        {
            var bytes = Convert.FromHexString(fixture.GetProperty("hex").GetString()!);
            Assert.False(DagPb.TryDecode(bytes, out _), fixture.GetProperty("name").GetString());
        }
    }
}
