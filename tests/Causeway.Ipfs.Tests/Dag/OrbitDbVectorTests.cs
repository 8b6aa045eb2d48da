using System.Text.Json;
using Causeway.Ipfs.Dag;
using Causeway.Ipfs.Dag.Cbor;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Dag;

/// <summary>What <c>@orbitdb/core</c> writes and signs: every block has one form, and so has the part of an entry that is signed.</summary>
public sealed class OrbitDbVectorTests
{
    [Fact]
    public void Every_block_is_named_by_the_bytes_of_its_value()
    {
        var blocks = 0;
        Visit(JsonDocument.Parse(File.ReadAllBytes(Vectors.Locate("orbitdb/orbitdb-vectors.json"))).RootElement);
        Assert.InRange(blocks, 10, int.MaxValue);

        void Visit(JsonElement element)
        {
            if (element.ValueKind == JsonValueKind.Array)
                foreach (var item in element.EnumerateArray()) Visit(item);
            if (element.ValueKind != JsonValueKind.Object) return;
            foreach (var property in element.EnumerateObject()) Visit(property.Value);
            if (Text(element, "bytes", "blockBytes") is not { } bytes || Text(element, "hash", "cid") is not { } hash) return;
            var value = DagCbor.Decode(Convert.FromHexString(bytes));
            Assert.Equal(hash, DagCbor.ToBlock(value).Cid.ToString(MultibaseEncoding.Base58Btc));
            blocks++;
        }
    }

    [Fact]
    public void An_entry_without_its_signature_is_the_bytes_that_were_signed()
    {
        var entries = JsonDocument.Parse(File.ReadAllBytes(Vectors.Locate("orbitdb/orbitdb-vectors.json"))).RootElement.GetProperty("entries");
        Assert.NotEqual(0, entries.GetArrayLength());
        foreach (var entry in entries.EnumerateArray())
        {
            var map = DagCbor.Decode(Convert.FromHexString(entry.GetProperty("blockBytes").GetString()!)).As<IpldMap>();
            var signed = map.Without("key").Without("identity").Without("sig");
            Assert.Equal(entry.GetProperty("signedBytes").GetString(), Convert.ToHexStringLower(DagCbor.Encode(signed)));
            Assert.Equal(entry.GetProperty("clock").GetProperty("time").GetInt64(), (long)map.Get<IpldMap>("clock").Get<IpldInteger>("time").Value);
            Assert.Equal(entry.GetProperty("sig").GetString(), map.Get<IpldString>("sig").Value);
        }
    }

    private static string? Text(JsonElement element, params string[] names) =>
        names.Select(name => element.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null).FirstOrDefault(static text => text is not null);
}
