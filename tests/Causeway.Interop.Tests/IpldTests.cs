using System.Text.Json.Nodes;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Car;
using Causeway.Ipfs.Dag;
using Causeway.Ipfs.Dag.Cbor;
using Causeway.Ipfs.Dag.Json;
using Causeway.Multiformats;

namespace Causeway.Interop.Tests;

/// <summary>Values and archives against <c>@ipld/dag-cbor</c>, <c>@ipld/dag-json</c> and <c>@ipld/car</c>.</summary>
public sealed class IpldTests
{
    [Fact]
    public async Task Values_of_all_kinds_have_the_same_bytes()
    {
        await using var js = await JsPeer.StartAsync(JsRelease.Helia, program: "gateway.mjs");
        var random = new Random(11);
        var values = Enumerable.Range(0, 500).Select(_ => Make(random, 4)).ToArray();
        var answer = await js.AskAsync("encode", new { values = values.Select(static value => value.ToString()) });
        var theirs = answer["values"]!.AsArray();
        for (var i = 0; i < values.Length; i++)
        {
            var bytes = DagCbor.Encode(values[i]);
            Assert.Equal((string)theirs[i]!["cbor"]!, Convert.ToHexStringLower(bytes));
            Assert.Equal((string)theirs[i]!["json"]!, values[i].ToString());
            Assert.Equal(values[i], DagCbor.Decode(bytes));
            Assert.Equal(values[i], DagJson.Parse(values[i].ToString()));
        }
    }

    [Theory]
    [InlineData(CarVersion.V1)]
    [InlineData(CarVersion.V2)]
    public async Task Archives_of_ours_are_read(CarVersion version)
    {
        await using var js = await JsPeer.StartAsync(JsRelease.Helia, program: "gateway.mjs");
        await using var store = new MemoryBlockStore();
        var leaf = DagCbor.ToBlock("leaf");
        var root = DagCbor.ToBlock(IpldList.Of(leaf.Cid, 1));
        await store.PutAsync([leaf, root]);
        using var archive = new MemoryStream();
        await CarExport.RunAsync(archive, store, [root.Cid], version);
        var read = await js.AskAsync("readCar", new { bytes = Convert.ToBase64String(archive.ToArray()) });
        Assert.Equal((int)version, (int)read["version"]!);
        Assert.Equal([$"{root.Cid}"], Strings(read["roots"]!));
        Assert.Equal([$"{root.Cid}", $"{leaf.Cid}"], Strings(read["blocks"]!));
    }

    [Fact]
    public async Task Archives_of_theirs_are_read()
    {
        await using var js = await JsPeer.StartAsync(JsRelease.Helia, program: "gateway.mjs");
        var random = new Random(12);
        var values = Enumerable.Range(0, 100).Select(_ => Make(random, 3)).ToArray();
        var written = await js.AskAsync("writeCar", new { values = values.Select(static value => value.ToString()) });
        await using var store = new MemoryBlockStore();
        var result = await CarImport.RunAsync(new MemoryStream(Convert.FromBase64String((string)written["bytes"]!)), store);
        var cids = Strings(written["cids"]!).Select(Cid.Parse).ToArray();
        Assert.Equal([cids[0]], result.Roots);
        Assert.Equal(100, result.Blocks);
        for (var i = 0; i < cids.Length; i++) Assert.Equal(values[i], DagCbor.Decode(await store.GetAsync(cids[i])));
    }

    private static string[] Strings(JsonNode list) => [.. list.AsArray().Select(static item => (string)item!)];

    /// <summary>A value without floats that have no fraction: JavaScript has integers in their place.</summary>
    private static IpldValue Make(Random random, int depth) => random.Next(depth > 0 ? 11 : 9) switch
    {
        0 => IpldValue.Null,
        1 => random.Next(2) == 0,
        2 => random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64),
        3 => (ulong)random.NextInt64() << random.Next(2),
        4 => (random.Next(-1000, 1000) + 0.5) * Math.Pow(2, -random.Next(0, 900)),
        5 => 1 / (random.NextDouble() + 1.1),
        6 => Text(random),
        7 => Bytes(random, random.Next(70)),
        8 => random.Next(2) == 0
            ? Cid.CreateV0(Multihash.FromDigest(MultihashCode.Sha2_256, Bytes(random, 32)))
            : Cid.CreateV1(Multicodec.DagCbor, Multihash.FromDigest(MultihashCode.Sha2_512, Bytes(random, 64))),
        9 => IpldList.Of([.. Enumerable.Range(0, random.Next(30)).Select(_ => Make(random, depth - 1))]),
        _ => IpldMap.Create(Enumerable.Range(0, random.Next(30)).Select(i => KeyValuePair.Create($"{Text(random)}{i}", Make(random, depth - 1)))),
    };

    // JavaScript's DAG-JSON orders keys by UTF-16, and not by UTF-8 as its specification asks: no U+E000 to U+FFFF beside what is past U+FFFF.
    private static string Text(Random random) => string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => random.Next(8) switch
    {
        0 => "é",
        1 => "\U0001f600",
        2 => "\u6c34",
        3 => ((char)random.Next(1, 32)).ToString(),
        4 => "\"\\/",
        _ => ((char)random.Next(' ', '\u007f')).ToString(),
    }));

    private static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
