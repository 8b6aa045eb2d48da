using Causeway.Tunnel.Rosters;
using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Tunnel.Tests.Rosters;

public sealed class RosterFileTests : IDisposable
{
    private readonly TestPeer _a = TestPeer.Create(1);
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-roster-").FullName;
    private readonly string _path;

    public RosterFileTests()
    {
        _path = Path.Combine(_folder, "roster");
        var create = RosterAuthor.CreateNetwork("home", History.Subnet, "first", null, [], _a, TimeProvider.System);
        RosterFile.Create(_path, create.Id, create);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Entries_survive_a_restart()
    {
        Grow(3);
        using var file = Open(out var log);
        Assert.Equal(4, log.Count);
        Assert.Equal(4, log.Current.Members.Count);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_path));
    }

    [Fact]
    public void An_unfinished_end_is_cut_off_wherever_it_was_cut()
    {
        Grow(1);
        var whole = File.ReadAllBytes(_path);
        Grow(1);
        var grown = File.ReadAllBytes(_path);
        for (var length = whole.Length; length < grown.Length; length += 97)
        {
            File.WriteAllBytes(_path, grown[..length]);
            using (Open(out var log)) Assert.Equal(2, log.Count);
            Assert.Equal(whole, File.ReadAllBytes(_path));
        }

        // A file system may have made room for the last append, and written nothing or a part of it.
        File.WriteAllBytes(_path, [.. whole, .. new byte[grown.Length - whole.Length]]);
        using (Open(out var log)) Assert.Equal(2, log.Count);
        grown.AsSpan(whole.Length + 4000).Clear();
        File.WriteAllBytes(_path, grown);
        using (Open(out var log)) Assert.Equal(2, log.Count);
        Assert.Equal(whole, File.ReadAllBytes(_path));
    }

    [Fact]
    public void Damage_elsewhere_is_refused_and_left_alone()
    {
        Grow(2);
        var content = File.ReadAllBytes(_path);
        for (var at = 60; at < content.Length - 8000; at += 501)
        {
            var damaged = content.ToArray();
            damaged[at] ^= 4;
            File.WriteAllBytes(_path, damaged);
            Assert.Contains("is damaged at byte", Assert.Throws<RosterException>(() => Open(out _)).Message, StringComparison.Ordinal);
            Assert.Equal(damaged, File.ReadAllBytes(_path));
        }
    }

    [Fact]
    public void A_damaged_length_does_not_cut_off_what_follows()
    {
        Grow(1);
        var second = (int)new FileInfo(_path).Length;
        Grow(2);
        var content = File.ReadAllBytes(_path);
        content[second] ^= 0x80;
        File.WriteAllBytes(_path, content);
        Assert.Contains($"is damaged at byte {second}", Assert.Throws<RosterException>(() => Open(out _)).Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllBytes(_path));
    }

    [Fact]
    public void What_is_no_roster_is_refused()
    {
        File.WriteAllText(_path, "something else");
        Assert.Contains("not the file of a network", Assert.Throws<RosterException>(() => Open(out _)).Message, StringComparison.Ordinal);
        File.Delete(_path);
        Assert.Contains("in no network yet", Assert.Throws<RosterException>(() => Open(out _)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_process_at_a_time_and_never_over_another_network()
    {
        using var file = Open(out var log);
        Assert.Throws<RosterException>(() => Open(out _));
        Assert.Throws<RosterException>(() => RosterFile.Create(_path, log.NetworkId));
    }

    [Fact]
    public void An_entry_that_cannot_be_written_does_not_count()
    {
        var file = Open(out var log);
        file.Dispose();
        Assert.ThrowsAny<Exception>(() => new RosterAuthor(log, _a, TimeProvider.System).Add(TestPeer.Create(9).Key, "nine"));
        Assert.Equal(1, log.Count);
    }

    private void Grow(int by)
    {
        using var file = Open(out var log);
        var author = new RosterAuthor(log, _a, TimeProvider.System);
        for (var i = 0; i < by; i++) author.Add(TestPeer.Create(log.Count + 10).Key, $"m{log.Count}");
    }

    private RosterFile Open(out RosterLog log)
    {
        var (file, opened) = RosterFile.Open(_path, TestPeer.Verifier);
        log = opened;
        return file;
    }
}
