using System.Security.Cryptography;
using System.Text;
using Causeway.Apps.Bundles;

namespace Causeway.Apps.Tests.Bundles;

/// <summary>Bundles that somebody made to do harm: the hashes are right, the rest is not.</summary>
public sealed class HostileBundleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("../escaped")]
    [InlineData("/absolute")]
    [InlineData("a\\b")]
    [InlineData("a/../../b")]
    [InlineData("NUL")]
    [InlineData("C:/x")]
    public void Paths_that_lead_elsewhere_are_refused(string path) => Refused(Index((path, 1)), 1, 1);

    [Fact]
    public void Files_twice_or_out_of_order_are_refused()
    {
        Refused(Index(("a", 1), ("a", 1)), 2, 2);
        Refused(Index(("b", 1), ("a", 1)), 2, 2);
        Refused(Index(("A", 1), ("a", 1)), 2, 2);
        Refused(Index(("a", 1), ("a/b", 1)), 2, 2);
    }

    [Fact]
    public void Lengths_that_do_not_add_up_are_refused()
    {
        Refused(Index(("a", 2)), 1, 1);
        Refused(Index(("a", 1)), 1, 2);
        Refused(Index(("a", -1), ("b", 2)), 2, 1);
        Refused(Index(("a", long.MaxValue), ("b", long.MaxValue), ("c", 3)), 3, 1);
    }

    [Fact]
    public void Counts_that_are_not_there_are_refused()
    {
        Refused(Index(("a", 1)), 2, 1);
        Refused(Index(("a", 1), ("b", 0)), 1, 1);
        Refused([], BundleFooter.MaxEntries, 0);
        Refused([0, 1, (byte)'a'], 1, 0);
    }

    [Fact]
    public void Paths_that_are_no_UTF8_are_refused()
    {
        var index = Index(("ab", 1));
        index[2] = 0xC0;
        Refused(index, 1, 1);
    }

    [Fact]
    public void Footers_with_absurd_lengths_are_refused()
    {
        foreach (var footer in new[] { new BundleFooter(long.MaxValue, 1, 10, new byte[32]), new BundleFooter(-1, 1, 10, new byte[32]), new BundleFooter(0, 1, int.MaxValue, new byte[32]), new BundleFooter(0, int.MaxValue, 10, new byte[32]), new BundleFooter(0, 0, 1000, new byte[32]) })
            Assert.Throws<BundleException>(() => Bundle.Open(_folder.Write("file", footer.ToBytes())));
    }

    [Fact]
    public void Any_index_is_read_or_refused_and_means_one_thing()
    {
        var random = new Random(1);
        for (var i = 0; i < Soak.Count(20_000, 1_000_000); i++)
        {
            var files = Enumerable.Range(0, random.Next(5)).Select(n => ($"{(char)('a' + n)}{new string((char)random.Next(32, 127), random.Next(4))}", (long)random.Next(10))).ToArray();
            var index = Index(files);
            for (var flips = random.Next(4); flips > 0 && index.Length > 0; flips--) index[random.Next(index.Length)] = (byte)random.Next(256);
            if (random.Next(8) == 0) index = index[..random.Next(index.Length + 1)];
            var end = files.Sum(f => f.Item2);
            try
            {
                // What is read is written as the same bytes.
                Assert.Equal(index, BundleIndex.Write(BundleIndex.Read(index, files.Length, 0, end)));
            }
            catch (BundleException)
            {
            }
        }
    }

    [Fact]
    public void Any_file_is_read_or_refused()
    {
        var random = new Random(2);
        var index = Index(("a", 3), ("b/c", 5));
        byte[] whole = [.. new byte[20], .. new byte[8], .. index, .. BundleFooter.Of(20, 2, index).ToBytes()];
        for (var i = 0; i < Soak.Count(1000, 100_000); i++)
        {
            var bytes = whole.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                using var bundle = Bundle.TryOpen(_folder.Write("fuzzed", bytes));
                foreach (var entry in bundle?.Entries ?? [])
                {
                    using var stream = bundle!.OpenRead(entry);
                }
            }
            catch (BundleException)
            {
            }
        }
    }

    private static byte[] Index(params (string Path, long Length)[] files)
        => BundleIndex.Write([.. files.Select(f => new BundleEntry(f.Path, 0, f.Length, SHA256.HashData(Encoding.UTF8.GetBytes(f.Path))))]);

    private void Refused(byte[] index, int count, int contentLength)
    {
        byte[] bytes = [.. "base"u8, .. new byte[contentLength], .. index, .. BundleFooter.Of(4, count, index).ToBytes()];
        Assert.Contains("damaged", Assert.Throws<BundleException>(() => Bundle.Open(_folder.Write("file", bytes))).Message);
    }
}
