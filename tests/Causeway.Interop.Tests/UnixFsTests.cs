using System.Text;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.UnixFs;
using Causeway.Multiformats;

namespace Causeway.Interop.Tests;

/// <summary>UnixFS files and folders have the CIDs that Helia gives them.</summary>
public sealed class UnixFsTests
{
    private const int MiB = 1024 * 1024;

    private static readonly ImportProfile[] Profiles = [ImportProfile.HeliaDefault, ImportProfile.V1Raw256KiB, ImportProfile.KuboLegacyV0, ImportProfile.Gateway];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_have_the_same_CID_in_every_profile()
    {
        await using var js = await JsPeer.StartAsync(program: "unixfs.mjs");
        foreach (var profile in Profiles)
        {
            await CompareAsync(js, Input.Of(""), profile);
            await CompareAsync(js, Input.Of("hello world"), profile);
            await CompareAsync(js, Input.OfZeros(MiB), profile);
            foreach (var length in (int[])[1, (256 * 1024) - 1, (256 * 1024) + 1, MiB + 1, 10 * MiB]) await CompareAsync(js, Input.OfNoise(length), profile);
        }

        // Two levels of nodes, once for each number of links.
        await CompareAsync(js, Input.OfZeros((175 * 256 * 1024) + 5), ImportProfile.V1Raw256KiB);
    }

    [Fact]
    public async Task Small_leaves_and_few_links_make_the_same_deep_files_in_every_layout()
    {
        await using var js = await JsPeer.StartAsync(program: "unixfs.mjs");
        foreach (var layout in Enum.GetValues<FileLayout>())
            foreach (var leaves in Enum.GetValues<LeafKind>())
                foreach (var single in (bool[])[true, false])
                    foreach (var length in (int[])[0, 7, 16, 17, 48, 49, 144, 145, 1000, 5003])
                    {
                        var profile = new ImportProfile { Chunker = Chunker.Fixed(16), MaxLinks = 3, Layout = layout, Leaves = leaves, SingleLeafIsFile = single };
                        await CompareAsync(js, Input.OfNoise(length), profile);
                    }
    }

    [Fact]
    public async Task Mode_and_time_make_the_same_file()
    {
        await using var js = await JsPeer.StartAsync(program: "unixfs.mjs");
        var time = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
        foreach (var profile in Profiles)
        {
            foreach (var length in (int[])[11, (3 * MiB) + 5])
            {
                // Of a file with one leaf in DAG-PB Helia 8 makes another file when there is metadata: its content is the leaf's block then.
                if (length < MiB && profile.Leaves != LeafKind.Raw) continue;
                await CompareAsync(js, Input.OfNoise(length), profile, new ImportOptions { Mode = 0x1ED });
                await CompareAsync(js, Input.OfNoise(length), profile, new ImportOptions { Mode = 0x1A4 });
                await CompareAsync(js, Input.OfNoise(length), profile, new ImportOptions { ModifiedTime = time });
                await CompareAsync(js, Input.OfNoise(length), profile, new ImportOptions { Mode = 0xFC0, ModifiedTime = time.AddTicks(1234567) });
            }
        }

        await CompareAsync(js, Input.OfNoise(1000), new ImportProfile { Chunker = Chunker.Fixed(16), MaxLinks = 3 }, new ImportOptions { Mode = 0x1C0, ModifiedTime = time.AddYears(-100) });
    }

    [Fact]
    public async Task Symbolic_links_have_the_same_CID()
    {
        await using var js = await JsPeer.StartAsync(program: "unixfs.mjs");
        foreach (var profile in (ImportProfile[])[ImportProfile.HeliaDefault, ImportProfile.KuboLegacyV0])
        {
            var theirs = await js.AskAsync("symlink", new { target = "../some/ä", profile = Describe(profile), metadata = new { mode = 0x1FF } });
            await using var store = new MemoryBlockStore();
            var ours = await new UnixFsImporter(store, profile).ImportSymlinkAsync("../some/ä", new ImportOptions { Mode = 0x1FF }, Stop);
            Assert.Equal((string)theirs["cid"]!, ours.Cid.ToString());
        }
    }

    [Fact]
    public async Task Rabin_fingerprints_cut_at_the_same_places()
    {
        await using var js = await JsPeer.StartAsync(program: "unixfs.mjs");
        foreach (var (min, average, max) in ((int, int, int)[])[(16, 64, 256), (48, 100, 300), (1000, 4096, 10_000), (65_536, 262_144, 524_288)])
        {
            var profile = ImportProfile.V1Raw256KiB with { Chunker = Chunker.Rabin(average, min, max, RabinPolynomial.Helia) };
            // (Of nothing Helia's chunker makes no leaf, and no file.)
            foreach (var length in (int[])[1, min, min + 1, 3 * max, min > 1000 ? 5 * MiB : 50_000]) await CompareAsync(js, Input.OfNoise(length), profile, sizes: [min, average, max]);
            await CompareAsync(js, Input.OfZeros(3 * max), profile, sizes: [min, average, max]);
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4000)]
    [InlineData(10_000)]
    public async Task Folders_have_the_same_CID(int count)
    {
        await using var js = await JsPeer.StartAsync(program: "unixfs.mjs");
        foreach (var profile in Profiles)
        {
            var theirs = await js.AskAsync("folder", new { count, profile = Describe(profile), threshold = 256 * 1024 });
            await using var store = new MemoryBlockStore();
            var importer = new UnixFsImporter(store, profile);
            var entries = new List<UnixFsLink>();
            for (var i = 0; i < count; i++)
            {
                var file = await importer.ImportAsync(new MemoryStream(Encoding.UTF8.GetBytes($"file {i}")), cancellationToken: Stop);
                entries.Add(new UnixFsLink($"file {i}", file.Cid, file.DagSize));
            }

            var ours = await new UnixFsDirectory(store, new DirectoryProfile { CidVersion = profile.CidVersion }).CreateAsync(entries, cancellationToken: Stop);
            Assert.Equal((string)theirs["cid"]!, ours.Cid.ToString());
            Assert.Equal(count == 10_000, (await new UnixFsReader(store).StatAsync(ours.Cid, Stop)).IsSharded);
        }
    }

    [Fact]
    public async Task Entries_set_and_removed_one_by_one_give_the_same_folder_at_each_step()
    {
        await using var js = await JsPeer.StartAsync(program: "unixfs.mjs");

        // Sharded from the third entry on, so that all entries but those are put into a trie. Helia estimates the size of folders with shards below one another otherwise
        // when entries are removed, so there are many of them whenever one is.
        var random = new Random(3);
        var names = Enumerable.Range(0, 400).Select(_ => $"entry {random.Next(300)} ä").ToArray();
        var removed = names.Distinct().Order(StringComparer.Ordinal).Take(200);
        Step[] steps = [.. names.Select(name => new Step(name, null)), .. removed.Select(name => new Step(null, name))];
        var theirs = await js.AskAsync("edit", new { steps = steps.Select(step => new { set = step.Set, remove = step.Remove }), version = 1, threshold = 100 });
        await using var store = new MemoryBlockStore();
        var importer = new UnixFsImporter(store, ImportProfile.HeliaDefault);
        var directory = new UnixFsDirectory(store, new DirectoryProfile { ShardThreshold = 100 });
        var root = await directory.CreateEmptyAsync(Stop);
        for (var i = 0; i < steps.Length; i++)
        {
            if (steps[i].Set is { } set)
            {
                var file = await importer.ImportAsync(new MemoryStream(Encoding.UTF8.GetBytes(set)), cancellationToken: Stop);
                root = await directory.SetAsync(root, set, file.Cid, cancellationToken: Stop);
            }
            else
            {
                root = await directory.RemoveAsync(root, steps[i].Remove!, Stop);
            }

            Assert.Equal($"{i}: {theirs["roots"]![i]}", $"{i}: {root}");
        }
    }

    private static async Task CompareAsync(JsPeer js, Input input, ImportProfile profile, ImportOptions? options = null, int[]? sizes = null)
    {
        var metadata = new
        {
            mode = options?.Mode,
            seconds = options?.ModifiedTime?.ToUnixTimeSeconds(),
            nanoseconds = options?.ModifiedTime is { Ticks: var ticks } && ticks % TimeSpan.TicksPerSecond is > 0 and var rest ? rest * 100 : (long?)null,
        };
        var theirs = await js.AskAsync("import", new { input = new { text = input.Text, zeros = input.Zeros, noise = input.Noise }, profile = Describe(profile, sizes), metadata });
        await using var store = new MemoryBlockStore();
        var ours = await new UnixFsImporter(store, profile).ImportAsync(new MemoryStream(input.Content), options, Stop);
        Assert.Equal($"{input} {profile}: {theirs["cid"]}", $"{input} {profile}: {ours.Cid}");
    }

    private static object Describe(ImportProfile profile, int[]? sizes = null) => new
    {
        chunk = profile.Chunker.MaxLength,
        rabin = sizes,
        maxLinks = profile.MaxLinks,
        layout = profile.Layout == FileLayout.Trickle ? "trickle" : "balanced",
        raw = profile.Leaves == LeafKind.Raw,
        version = profile.CidVersion,
        single = profile.SingleLeafIsFile,
        leaves = profile.Leaves == LeafKind.UnixFsRaw ? "raw" : "file",
    };

    private sealed record Input(string? Text, int? Zeros, int? Noise)
    {
        public byte[] Content => Text is not null ? Encoding.UTF8.GetBytes(Text) : Zeros is { } zeros ? new byte[zeros] : Testing.Noise.Bytes(Noise!.Value);

        public static Input Of(string text) => new(text, null, null);

        public static Input OfZeros(int length) => new(null, length, null);

        public static Input OfNoise(int length) => new(null, null, length);
    }

    private sealed record Step(string? Set, string? Remove);
}
