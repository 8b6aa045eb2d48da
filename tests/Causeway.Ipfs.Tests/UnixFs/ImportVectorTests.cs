using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.UnixFs;

namespace Causeway.Ipfs.Tests.UnixFs;

/// <summary>The CIDs that Helia gives fixed inputs (shared/vectors/unixfs), and those of the gateway's contract.</summary>
public sealed class ImportVectorTests
{
    private static readonly Dictionary<string, ImportProfile> Profiles = new()
    {
        ["helia default"] = ImportProfile.HeliaDefault,
        ["explicit v1 raw 1MiB/1024"] = ImportProfile.V1Raw1MiB,
        ["kubo legacy v0 256KiB/174"] = ImportProfile.KuboLegacyV0,
        ["v1 raw 256KiB/174"] = ImportProfile.V1Raw256KiB,
    };

    private static readonly Dictionary<string, byte[]> Files = new()
    {
        ["empty"] = [],
        ["hello world"] = "hello world"u8.ToArray(),
        ["1 MiB zeros"] = new byte[1 << 20],
        ["1 MiB+1 zeros"] = new byte[(1 << 20) + 1],
        ["10 MiB prng"] = Noise.Bytes(10 << 20),
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_file_of_the_vectors_has_its_CID_in_every_profile_and_is_read_back()
    {
        var rows = File.ReadLines(Vectors.Locate("unixfs/cids.md")).Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1)
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries)).Where(cells => Files.ContainsKey(cells[2])).ToArray();
        Assert.Equal(Profiles.Count * Files.Count, rows.Length);
        foreach (var row in rows)
        {
            await using var store = new MemoryBlockStore();
            var content = Files[row[2]];
            var file = await new UnixFsImporter(store, Profiles[row[1]]).ImportAsync(new MemoryStream(content), cancellationToken: Stop);
            Assert.Equal($"{row[1]}, {row[2]}: {row[3]}", $"{row[1]}, {row[2]}: {file.Cid}");
            Assert.Equal(content.Length, file.Size);
            await using var stream = await new UnixFsReader(store).OpenReadAsync(file.Cid, cancellationToken: Stop);
            Assert.Equal(content.Length, stream.Length);
            using var copy = new MemoryStream();
            await stream.CopyToAsync(copy, Stop);
            Assert.True(copy.ToArray().AsSpan().SequenceEqual(content));
        }
    }

    [Fact]
    public async Task The_folder_of_the_vectors_has_its_CID_in_every_profile()
    {
        var rows = File.ReadLines(Vectors.Locate("unixfs/cids.md")).Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length > 3 && cells[2] == "dir{a.txt,b.txt,c.bin}").ToArray();
        Assert.Equal(Profiles.Count, rows.Length);
        foreach (var row in rows)
        {
            await using var store = new MemoryBlockStore();
            var importer = new UnixFsImporter(store, Profiles[row[1]]);
            var directory = new UnixFsDirectory(store, Profiles[row[1]].CidVersion == 0 ? DirectoryProfile.KuboLegacyV0 : DirectoryProfile.HeliaDefault);
            var root = await directory.CreateEmptyAsync(Stop);
            foreach (var (name, content) in ((string, byte[])[])[("c.bin", new byte[1 << 20]), ("a.txt", "alpha\n"u8.ToArray()), ("b.txt", "hello world"u8.ToArray())])
            {
                var file = await importer.ImportAsync(new MemoryStream(content), cancellationToken: Stop);
                root = await directory.SetAsync(root, name, file.Cid, file.DagSize, Stop);
            }

            Assert.Equal(row[3], root.ToString());
        }
    }

    [Theory]
    [InlineData("Qma5kEnM5fEKTXrFC5zXYRy5QG3hcMWopoFS7ijhxx19qc")]
    public async Task An_empty_folder_between_gateways_has_the_CID_of_their_contract(string cid)
    {
        await using var store = new MemoryBlockStore();
        Assert.Equal(cid, (await new UnixFsDirectory(store, DirectoryProfile.Gateway).CreateEmptyAsync(Stop)).ToString());
    }

    [Fact]
    public async Task A_file_between_gateways_has_the_CID_of_their_contract()
    {
        await using var store = new MemoryBlockStore();
        var file = await new UnixFsImporter(store, ImportProfile.Gateway).ImportAsync(new MemoryStream("Hello, world!"u8.ToArray()), cancellationToken: Stop);
        Assert.Equal("bafybeidv23lyayv4rdysncmjvqh3w46dysaruzqnkageemmc5xu2sywrya", file.Cid.ToString());
    }
}
