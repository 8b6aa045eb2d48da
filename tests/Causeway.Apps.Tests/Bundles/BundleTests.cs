using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Causeway.Apps.Bundles;

namespace Causeway.Apps.Tests.Bundles;

/// <summary>Writing and reading bundles.</summary>
public sealed class BundleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _base;
    private readonly string _output;

    public BundleTests()
    {
        _base = _folder.Write("base", "#!executable");
        _output = _folder["out/app"];
        Directory.CreateDirectory(_folder["out"]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_put_in_comes_out()
    {
        var large = RandomNumberGenerator.GetBytes(3_000_000);
        Write(("html/index.html", "<!doctype html>"u8.ToArray()), ("empty", []), ("large.bin", large), ("größe/日本語.txt", "text"u8.ToArray()));
        using var bundle = Bundle.Open(_output);
        Assert.Equal(["empty", "größe/日本語.txt", "html/index.html", "large.bin"], bundle.Entries.Select(e => e.Path));
        Assert.Equal("<!doctype html>", Encoding.UTF8.GetString(Read(bundle, "html/index.html")));
        Assert.Empty(Read(bundle, "empty"));
        Assert.Equal(large, Read(bundle, "large.bin"));
        Assert.Equal("#!executable", Encoding.UTF8.GetString(File.ReadAllBytes(_output).AsSpan(0, 12)));
    }

    [Fact]
    public void A_part_of_a_file_is_read_without_the_rest()
    {
        Write(("a", "0123456789"u8.ToArray()), ("b", "abcdef"u8.ToArray()));
        using var bundle = Bundle.Open(_output);
        using var stream = bundle.OpenRead(bundle.Entries[0]);
        stream.Position = 7;
        var buffer = new byte[10];
        Assert.Equal(3, stream.Read(buffer, 0, 10));
        Assert.Equal("789", Encoding.ASCII.GetString(buffer, 0, 3));
        Assert.Equal(0, stream.Read(buffer, 0, 10));
        Assert.Equal(8, stream.Seek(-2, SeekOrigin.End));
        Assert.Equal('8', stream.ReadByte());
        stream.Position = 100;
        Assert.Equal(0, stream.Read(buffer, 0, 10));
    }

    [Fact]
    public void Equal_input_gives_equal_bytes_whatever_its_order_and_age()
    {
        Write(("a", [1]), ("b", [2]), ("c/d", [3]));
        var first = File.ReadAllBytes(_output);
        File.SetLastWriteTimeUtc(_folder["source/a"], DateTime.UtcNow.AddDays(-3));
        Write(("c/d", [3]), ("b", [2]), ("a", [1]));
        Assert.Equal(first, File.ReadAllBytes(_output));
    }

    [Fact]
    public void A_bundle_as_base_gets_another_site_instead_of_its_own()
    {
        Write(("old", [1]));
        BundleWriter.Write(_output, Sources(("new", [2])), _folder["out/second"]);
        Write(("new", [2]));
        Assert.Equal(File.ReadAllBytes(_output), File.ReadAllBytes(_folder["out/second"]));
    }

    [Fact]
    public void A_bundle_may_replace_the_one_that_it_is_made_of()
    {
        Write(("old", [1]));
        using (var running = Bundle.Open(_output))
        {
            BundleWriter.Write(_output, Sources(("new", [2])), _output);

            // Who had it open still reads what was there.
            Assert.Equal([1], Read(running, "old"));
        }

        using var bundle = Bundle.Open(_output);
        Assert.Equal("new", Assert.Single(bundle.Entries).Path);
    }

    [Fact]
    public void The_file_may_be_run()
    {
        Write(("a", [1]));
        if (!OperatingSystem.IsWindows()) Assert.True(File.GetUnixFileMode(_output).HasFlag(UnixFileMode.UserExecute | UnixFileMode.UserRead));
    }

    [Fact]
    public void What_fails_leaves_the_old_file_and_nothing_else()
    {
        File.WriteAllText(_output, "old");
        Assert.ThrowsAny<IOException>(() => BundleWriter.Write(_base, [new BundleSource("a", _folder["nowhere"])], _output));
        Assert.Equal("old", File.ReadAllText(_output));
        Assert.Single(Directory.GetFiles(_folder["out"]));
    }

    [Theory]
    [InlineData("a", "A")]
    [InlineData("a", "a/b")]
    [InlineData("X/b", "x/B")]
    public void Files_that_would_be_one_on_some_systems_are_refused(string one, string other)
        => Assert.Contains("same file", Assert.Throws<BundleException>(() => BundleWriter.Write(_base, [new BundleSource(one, _base), new BundleSource(other, _base)], _output)).Message);

    [Fact]
    public void Names_that_are_not_fit_are_refused()
        => Assert.Contains("rename", Assert.Throws<BundleException>(() => BundleWriter.Write(_base, [new BundleSource("a:b", _base)], _output)).Message);

    [Fact]
    public void Other_files_are_no_bundles()
    {
        Assert.Null(Bundle.TryOpen(_base));
        Assert.Null(Bundle.TryOpen(_folder.Write("empty", "")));
        Assert.Contains("is no bundle", Assert.Throws<BundleException>(() => Bundle.Open(_base)).Message);
    }

    [Fact]
    public void A_changed_content_is_noticed_when_it_is_opened()
    {
        Write(("a", [1, 2, 3]), ("b", [4]));
        var bytes = File.ReadAllBytes(_output);
        bytes[12] ^= 1;
        File.WriteAllBytes(_output, bytes);
        using var bundle = Bundle.Open(_output);
        Assert.Throws<BundleException>(() => bundle.OpenRead(bundle.Entries[0]));
        Assert.Equal([4], Read(bundle, "b"));
    }

    [Fact]
    public void A_changed_index_is_noticed_at_once()
    {
        Write(("abc", [1]));
        var bytes = File.ReadAllBytes(_output);
        bytes[^(BundleFooter.Size + 40)] ^= 1;
        File.WriteAllBytes(_output, bytes);
        Assert.Throws<BundleException>(() => Bundle.Open(_output));
    }

    [Fact]
    public void A_newer_version_is_named()
    {
        Write(("abc", [1]));
        var bytes = File.ReadAllBytes(_output);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(bytes.Length - BundleFooter.Size), 2);
        File.WriteAllBytes(_output, bytes);
        Assert.Contains("newer", Assert.Throws<BundleException>(() => Bundle.Open(_output)).Message);
    }

    private static byte[] Read(Bundle bundle, string path)
    {
        using var stream = bundle.OpenRead(bundle.Entries.Single(e => e.Path == path));
        var result = new MemoryStream();
        stream.CopyTo(result);
        return result.ToArray();
    }

    private void Write(params (string Path, byte[] Content)[] files) => BundleWriter.Write(_base, Sources(files), _output);

    private List<BundleSource> Sources(params (string Path, byte[] Content)[] files)
        => [.. files.Select(f => new BundleSource(f.Path, _folder.Write("source/" + f.Path.Replace('/', '-'), f.Content)))];
}
